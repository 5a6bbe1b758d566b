package io.millrace.core.options;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What one {@link Option} declares.
 *
 * @param key its key in snake case
 * @param kind what its value looks like
 * @param doc what it does
 * @param defaultText the default as written in a file, or empty
 * @param example a value to show, or empty
 * @param required whether it must be given
 * @param choices the words allowed ({@link Kind#CHOICE} only)
 * @param children the options within ({@link Kind#GROUP}), or one spec with an empty key for the
 *     elements ({@link Kind#LIST}, {@link Kind#MAP})
 */
public record OptionSpec(
    String key,
    Kind kind,
    String doc,
    String defaultText,
    String example,
    boolean required,
    List<String> choices,
    List<OptionSpec> children) {
  private static final String NULL = "null";

  /** What a value looks like. */
  public enum Kind {
    TEXT,
    INTEGER,
    BOOLEAN,
    DURATION,
    SIZE,
    CHOICE,
    SECRET,
    LIST,
    MAP,
    GROUP
  }

  /** The options that a record declares, in order. */
  public static List<OptionSpec> of(Class<? extends Record> type) {
    return Arrays.stream(type.getRecordComponents()).map(OptionSpec::of).toList();
  }

  /** What is given for it; YAML's null is nothing, unless null is among the choices. */
  Object valueIn(Map<?, ?> tree) {
    Object value = tree.get(key);
    boolean chosen = value == null && tree.containsKey(key) && choices.contains(NULL);
    return chosen ? NULL : value;
  }

  private static OptionSpec of(RecordComponent component) {
    Option option = component.getAnnotation(Option.class);
    if (option == null) {
      throw new IllegalArgumentException(component + " of an options record has no @Option");
    }
    Type type = component.getGenericType();
    boolean optional = raw(type) == Optional.class;
    OptionSpec value = ofType(optional ? argument(type, 0) : type);
    boolean mayBeAbsent =
        optional
            || !option.defaultValue().isEmpty()
            || value.kind == Kind.LIST
            || value.kind == Kind.MAP
            || (value.kind == Kind.GROUP
                && value.children.stream().noneMatch(OptionSpec::required));
    return new OptionSpec(
        snakeCase(component.getName()),
        value.kind,
        option.value(),
        option.defaultValue(),
        option.example(),
        !mayBeAbsent,
        value.choices,
        value.children);
  }

  private static OptionSpec ofType(Type type) {
    Class<?> raw = raw(type);
    if (raw == List.class) {
      return value(Kind.LIST, List.of(), List.of(ofType(argument(type, 0))));
    }
    if (raw == Map.class) {
      return value(Kind.MAP, List.of(), List.of(ofType(argument(type, 1))));
    }
    if (raw.isEnum()) {
      return value(
          Kind.CHOICE,
          Arrays.stream(raw.getEnumConstants()).map(OptionSpec::word).toList(),
          List.of());
    }
    Kind scalar = scalar(raw);
    if (scalar != null) {
      return value(scalar, List.of(), List.of());
    }
    if (raw.isRecord()) {
      return value(Kind.GROUP, List.of(), of(raw.asSubclass(Record.class)));
    }
    throw new IllegalArgumentException("An option cannot be of type " + type);
  }

  private static Kind scalar(Class<?> raw) {
    if (raw == String.class) {
      return Kind.TEXT;
    } else if (raw == int.class || raw == long.class || raw == Integer.class || raw == Long.class) {
      return Kind.INTEGER;
    } else if (raw == boolean.class || raw == Boolean.class) {
      return Kind.BOOLEAN;
    } else if (raw == Duration.class) {
      return Kind.DURATION;
    } else if (raw == ByteSize.class) {
      return Kind.SIZE;
    } else if (raw == Secret.class) {
      return Kind.SECRET;
    }
    return null;
  }

  private static OptionSpec value(Kind kind, List<String> choices, List<OptionSpec> children) {
    return new OptionSpec("", kind, "", "", "", false, choices, children);
  }

  /** How an enum constant is written in a file. */
  static String word(Object constant) {
    return ((Enum<?>) constant).name().toLowerCase(Locale.ROOT);
  }

  static String snakeCase(String name) {
    return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
  }

  static Class<?> raw(Type type) {
    return (Class<?>) (type instanceof ParameterizedType p ? p.getRawType() : type);
  }

  static Type argument(Type type, int index) {
    return ((ParameterizedType) type).getActualTypeArguments()[index];
  }
}
