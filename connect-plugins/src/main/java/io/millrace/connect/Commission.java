package io.millrace.connect;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.window.RunRange;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a connector is told besides its options: whom it works for, and what is asked of it.
 *
 * @param pipeline the pipeline's name, first part of every topic
 * @param request names the wish to read: once it is fulfilled nothing is read until another one is
 *     configured; empty if there is none
 * @param range which windows are asked for, where the runs are windows
 */
public record Commission(String pipeline, String request, RunRange range) {
  /** The property that names the pipeline. */
  public static final String PIPELINE = "millrace.pipeline";

  /** The property that names the request. */
  public static final String REQUEST = "millrace.request";

  /** The property that says which windows are asked for. */
  public static final String RANGE = "millrace.range";

  public Commission {
    StreamId.requireName("pipeline", pipeline);
  }

  /** Adds the properties. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            PIPELINE,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            (key, value) -> require(key, value, text -> StreamId.requireName("pipeline", text)),
            ConfigDef.Importance.HIGH,
            "Name of the pipeline: topics are called <pipeline>.<stream>.")
        .define(
            REQUEST,
            ConfigDef.Type.STRING,
            "",
            ConfigDef.Importance.LOW,
            "Any text. What was read to its end is read again only after this has changed.")
        .define(
            RANGE,
            ConfigDef.Type.STRING,
            "",
            (key, value) -> require(key, value, RunRange::parse),
            ConfigDef.Importance.LOW,
            "Where the runs are windows: empty to read each as it closes, ..TO to end with those"
                + " closed by then, FROM..TO to read once more those that begin within.");
  }

  private interface Check {
    Object check(String text);
  }

  private static void require(String key, Object value, Check check) {
    try {
      if (value != null) {
        var unused = check.check(value.toString());
      }
    } catch (MillraceException e) {
      throw new ConfigException(key, value, e.getMessage());
    }
  }

  /** What a connector is told for a request. */
  public static Commission of(SourceRequest request) {
    return new Commission(request.pipeline(), request.id(), request.range());
  }

  /** Reads them; Connect has validated them. */
  public static Commission of(Map<String, String> properties) {
    return new Commission(
        properties.getOrDefault(PIPELINE, ""),
        properties.getOrDefault(REQUEST, ""),
        RunRange.parse(properties.getOrDefault(RANGE, "")));
  }
}
