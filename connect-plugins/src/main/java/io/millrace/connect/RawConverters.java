package io.millrace.connect;

import io.millrace.core.options.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a connector's converters must be: keys and values are bytes already, headers are plain text.
 * Any other converter would wrap them so that no sink could read them.
 */
public final class RawConverters {
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final Set<String> TEXT =
      Set.of(
          "org.apache.kafka.connect.storage.SimpleHeaderConverter",
          "org.apache.kafka.connect.storage.StringConverter");

  private RawConverters() {}

  /** What is wrong with the converters in a connector's properties. */
  public static List<Problem> problems(Map<String, String> properties) {
    var problems = new ArrayList<Problem>();
    for (String key : List.of("key.converter", "value.converter")) {
      String given = properties.get(key);
      if (!BYTES.equals(given)) {
        problems.add(
            new Problem(
                key,
                "%s: set it to %s in this connector's configuration"
                    .formatted(
                        given == null ? "Missing" : "Cannot use \"%s\"".formatted(given), BYTES)));
      }
    }
    String headers = properties.get("header.converter");
    if (headers != null && !TEXT.contains(headers)) {
      problems.add(
          new Problem(
              "header.converter",
              "Cannot use \"%s\": leave it out, headers are plain text".formatted(headers)));
    }
    return problems;
  }
}
