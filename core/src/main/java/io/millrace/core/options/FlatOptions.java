package io.millrace.core.options;

import io.millrace.core.MillraceException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An options tree as the flat texts of a Kafka Connect connector and back: groups and maps become
 * dotted keys, lists are joined by commas. What a key means is told by the specs, so unknown keys
 * are left alone.
 */
public final class FlatOptions {
  private FlatOptions() {}

  /** The tree's values under dotted keys; keys that no spec knows are dropped. */
  public static Map<String, String> flatten(List<OptionSpec> specs, Map<String, ?> tree) {
    var flat = new LinkedHashMap<String, String>();
    flatten(specs, tree, "", flat);
    return flat;
  }

  private static void flatten(
      List<OptionSpec> specs, Map<?, ?> tree, String path, Map<String, String> flat) {
    for (OptionSpec spec : specs) {
      Object value = spec.valueIn(tree);
      String key = Problem.join(path, spec.key());
      if (value instanceof Map<?, ?> map && spec.kind() == OptionSpec.Kind.GROUP) {
        flatten(spec.children(), map, key, flat);
      } else if (value instanceof Map<?, ?> map) {
        map.forEach((k, v) -> flat.put(Problem.join(key, String.valueOf(k)), scalar(key, v)));
      } else if (value instanceof List<?> list) {
        flat.put(key, list.stream().map(e -> element(key, e)).collect(Collectors.joining(",")));
      } else if (value != null) {
        flat.put(key, scalar(key, value));
      }
    }
  }

  private static String element(String key, Object element) {
    String text = scalar(key, element);
    if (!elements(text).equals(List.of(text))) {
      throw MillraceException.configuration(
          key,
          "Cannot hand \"%s\" to a connector: elements of a list are neither empty nor have commas"
                  .formatted(text)
              + " or spaces around them");
    }
    return text;
  }

  private static String scalar(String key, Object value) {
    if (value instanceof Map || value instanceof List) {
      throw MillraceException.configuration(
          key, "Cannot hand \"%s\" to a connector: it is nested too deep".formatted(key));
    }
    return String.valueOf(value);
  }

  /** The elements of a list as it stands in a flat text. */
  public static List<String> elements(String text) {
    return Arrays.stream(text.split(",")).map(String::strip).filter(e -> !e.isEmpty()).toList();
  }

  /** The tree that these flat texts stand for; keys that no spec knows are left out. */
  public static Map<String, Object> unflatten(List<OptionSpec> specs, Map<String, String> flat) {
    return unflatten(specs, flat, "");
  }

  private static Map<String, Object> unflatten(
      List<OptionSpec> specs, Map<String, String> flat, String path) {
    var tree = new LinkedHashMap<String, Object>();
    for (OptionSpec spec : specs) {
      String key = Problem.join(path, spec.key());
      String text = flat.get(key);
      switch (spec.kind()) {
        case GROUP -> {
          Map<String, Object> group = unflatten(spec.children(), flat, key);
          if (!group.isEmpty()) {
            tree.put(spec.key(), group);
          }
        }
        case MAP -> {
          Map<String, String> map = below(flat, key + ".");
          if (!map.isEmpty()) {
            tree.put(spec.key(), map);
          }
        }
        case LIST -> {
          if (text != null) {
            tree.put(spec.key(), elements(text));
          }
        }
        default -> {
          if (text != null) {
            tree.put(spec.key(), text);
          }
        }
      }
    }
    return tree;
  }

  private static Map<String, String> below(Map<String, String> flat, String prefix) {
    var map = new LinkedHashMap<String, String>();
    flat.forEach(
        (key, value) -> {
          if (key.startsWith(prefix)) {
            map.put(key.substring(prefix.length()), value);
          }
        });
    return map;
  }
}
