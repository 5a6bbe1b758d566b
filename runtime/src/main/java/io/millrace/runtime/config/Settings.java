package io.millrace.runtime.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Puts settings into a file's tree, one after the other, before anything is made of it. */
final class Settings {
  private final YamlTree tree;
  private final Findings findings;

  Settings(YamlTree tree, Findings findings) {
    this.tree = tree;
    this.findings = findings;
  }

  void apply(Setting setting, Map<String, Object> root) {
    List<String> keys = keys(setting);
    Object around = root;
    String path = "";
    for (int i = 0; i < keys.size(); i++) {
      String key = around instanceof List<?> list ? index(list, keys.get(i)) : keys.get(i);
      path = Section.join(path, key);
      if (around instanceof List<?> list && !isIndex(list, key)) {
        refuse(setting, path, "the list has no element \"%s\" yet".formatted(key));
        return;
      }
      if (i == keys.size() - 1) {
        put(around, key, tree.setting(setting, path));
        return;
      }
      if (!has(around, key)) {
        tree.place(setting, path);
      }
      around = below(around, key);
      if (!(around instanceof Map || around instanceof List)) {
        refuse(setting, path, "a single value stands there");
        return;
      }
    }
  }

  /** The properties of Kafka's clients have dots in their names. */
  private static List<String> keys(Setting setting) {
    List<String> keys = setting.keys();
    boolean property =
        keys.size() > 2
            && keys.get(0).equals(PipelineKeys.KAFKA)
            && !keys.get(1).equals(KafkaReader.TOPIC);
    return property ? List.of(keys.get(0), String.join(".", keys.subList(1, keys.size()))) : keys;
  }

  /** The index of the sink of that name, else the key itself. */
  private static String index(List<?> list, String key) {
    return IntStream.range(0, list.size())
        .filter(i -> list.get(i) instanceof Map<?, ?> stage && key.equals(name(stage)))
        .mapToObj(Integer::toString)
        .findFirst()
        .orElse(key);
  }

  private static Object name(Map<?, ?> stage) {
    Object name = stage.get(PipelineKeys.NAME);
    return name == null ? stage.get(StageReader.TYPE) : name;
  }

  /** Whether there is such an element, or it would be the next one. */
  private static boolean isIndex(List<?> list, String key) {
    return key.matches("[0-9]{1,6}") && Integer.parseInt(key) <= list.size();
  }

  private static boolean has(Object around, String key) {
    return around instanceof Map<?, ?> map
        ? map.get(key) != null
        : Integer.parseInt(key) < ((List<?>) around).size();
  }

  @SuppressWarnings("unchecked") // what YAML became: lists, and maps by texts
  private static Object below(Object around, String key) {
    if (around instanceof Map) {
      var map = (Map<String, Object>) around;
      // what the file leaves out, also by an explicit null, begins empty
      return map.merge(key, new LinkedHashMap<>(), (there, none) -> there);
    }
    var list = (List<Object>) around;
    int index = Integer.parseInt(key);
    if (index == list.size()) {
      list.add(new LinkedHashMap<>());
    }
    return list.get(index);
  }

  @SuppressWarnings("unchecked")
  private static void put(Object around, String key, Object value) {
    if (around instanceof Map) {
      ((Map<String, Object>) around).put(key, value);
      return;
    }
    var list = (List<Object>) around;
    int index = Integer.parseInt(key);
    if (index == list.size()) {
      list.add(value);
    } else {
      list.set(index, value);
    }
  }

  private void refuse(Setting setting, String path, String why) {
    tree.place(setting, path);
    findings.report(path, "Cannot set %s: %s".formatted(setting.path(), why));
  }
}
