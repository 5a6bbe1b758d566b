package io.millrace.core.options;

import io.millrace.core.MillraceException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Makes an options record from a tree of maps, lists and scalars as a YAML or JSON parser gives it.
 * Scalars may come as text. Reports every problem, not only the first.
 */
public final class OptionsReader {

  private final Consumer<Problem> problems;
  private int found;

  private OptionsReader(Consumer<Problem> problems) {
    this.problems = problems;
  }

  /** The record, or nothing if any problem was reported. */
  public static <T extends Record> Optional<T> read(
      Class<T> type, Map<String, ?> tree, Consumer<Problem> problems) {
    var reader = new OptionsReader(problems);
    Object made = reader.record(type, tree, "");
    return reader.found == 0 ? Optional.of(type.cast(made)) : Optional.empty();
  }

  private Object record(Class<? extends Record> type, Map<?, ?> tree, String path) {
    RecordComponent[] components = type.getRecordComponents();
    List<OptionSpec> specs = OptionSpec.of(type);
    List<String> known = specs.stream().map(OptionSpec::key).toList();
    int before = found;
    for (Object key : tree.keySet()) {
      if (!known.contains(String.valueOf(key))) {
        report(
            Problem.join(path, String.valueOf(key)),
            NearestWord.unknown("key", String.valueOf(key), known));
      }
    }
    Object[] values = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      OptionSpec spec = specs.get(i);
      values[i] =
          component(
              components[i].getGenericType(),
              spec,
              spec.valueIn(tree),
              Problem.join(path, spec.key()));
    }
    return found == before ? construct(type, components, values, path) : null;
  }

  private Object component(Type type, OptionSpec spec, Object given, String path) {
    boolean optional = OptionSpec.raw(type) == Optional.class;
    Type inner = optional ? OptionSpec.argument(type, 0) : type;
    Object value = given;
    if (value == null && !spec.defaultText().isEmpty()) {
      value =
          spec.kind() == OptionSpec.Kind.LIST
              ? FlatOptions.elements(spec.defaultText())
              : spec.defaultText();
    }
    if (value == null) {
      if (optional) {
        return Optional.empty();
      }
      switch (spec.kind()) {
        case LIST -> {
          return List.of();
        }
        case MAP -> {
          return Map.of();
        }
        default -> {
          if (spec.kind() == OptionSpec.Kind.GROUP && !spec.required()) {
            return record(OptionSpec.raw(inner).asSubclass(Record.class), Map.of(), path);
          }
          report(path, "Missing: %s".formatted(spec.doc()));
          return null;
        }
      }
    }
    Object made = value(inner, value, path);
    return optional ? Optional.ofNullable(made) : made;
  }

  private Object value(Type type, Object given, String path) {
    Class<?> raw = OptionSpec.raw(type);
    if (given == null) {
      report(path, "Expected a value, found nothing");
      return null;
    }
    if (raw == List.class) {
      return list(OptionSpec.argument(type, 0), given, path);
    }
    if (raw == Map.class || (raw.isRecord() && raw != ByteSize.class)) {
      if (!(given instanceof Map<?, ?> map)) {
        report(path, "Expected keys and values, found " + shape(given));
        return null;
      }
      return raw == Map.class
          ? map(OptionSpec.argument(type, 1), map, path)
          : record(raw.asSubclass(Record.class), map, path);
    }
    if (given instanceof Map || given instanceof List) {
      report(path, "Expected a single value, found " + shape(given));
      return null;
    }
    try {
      return scalar(raw, String.valueOf(given));
    } catch (MillraceException e) {
      report(path, e.getMessage());
      return null;
    }
  }

  private List<Object> list(Type element, Object given, String path) {
    if (given instanceof Map) {
      report(path, "Expected a list, found " + shape(given));
      return null;
    }
    List<?> elements = given instanceof List<?> l ? l : List.of(given);
    var made = new ArrayList<Object>();
    for (int i = 0; i < elements.size(); i++) {
      made.add(value(element, elements.get(i), Problem.join(path, Integer.toString(i))));
    }
    return Collections.unmodifiableList(made);
  }

  private Map<String, Object> map(Type element, Map<?, ?> given, String path) {
    var made = new LinkedHashMap<String, Object>();
    given.forEach(
        (key, v) ->
            made.put(
                String.valueOf(key), value(element, v, Problem.join(path, String.valueOf(key)))));
    return Collections.unmodifiableMap(made);
  }

  /** Says what stands there without saying it: it might be a secret in the wrong place. */
  private static String shape(Object given) {
    return given instanceof Map ? "keys" : given instanceof List ? "a list" : "a single value";
  }

  private static Object scalar(Class<?> raw, String text) {
    if (raw == String.class) {
      return text;
    } else if (raw == Secret.class) {
      return new Secret(FileText.value(text));
    } else if (raw == Duration.class) {
      return Durations.parse(text);
    } else if (raw == ByteSize.class) {
      return ByteSize.parse(text);
    } else if (raw.isEnum()) {
      return choice(raw, text);
    } else if (raw == boolean.class || raw == Boolean.class) {
      return switch (text) {
        case "true" -> true;
        case "false" -> false;
        default -> throw expected(text, "true or false");
      };
    }
    return raw == int.class || raw == Integer.class
        ? (Object) (int) number(text, Integer.MAX_VALUE)
        : (Object) number(text, Long.MAX_VALUE);
  }

  private static long number(String text, long most) {
    try {
      long number = Long.parseLong(text);
      if (number <= most && number >= -most - 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      // said below
    }
    throw expected(text, "a whole number up to " + most);
  }

  private static Object choice(Class<?> type, String text) {
    for (Object constant : type.getEnumConstants()) {
      if (OptionSpec.word(constant).equals(text)) {
        return constant;
      }
    }
    List<String> words = Arrays.stream(type.getEnumConstants()).map(OptionSpec::word).toList();
    throw expected(text, "one of " + String.join(", ", words));
  }

  private static MillraceException expected(String text, String what) {
    return MillraceException.configuration("Cannot use \"%s\": expected %s".formatted(text, what));
  }

  private Object construct(
      Class<? extends Record> type, RecordComponent[] components, Object[] values, String path) {
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class[]::new);
    try {
      Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor.newInstance(values);
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof MillraceException ours) {
        report(Problem.join(path, ours.key().orElse("")), ours.getMessage());
        return null;
      }
      throw new IllegalStateException("Cannot make " + type, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make " + type, e);
    }
  }

  private void report(String path, String message) {
    found++;
    problems.accept(new Problem(path, message));
  }
}
