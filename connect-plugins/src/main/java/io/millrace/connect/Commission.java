package io.millrace.connect;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;

/**
 * What a connector is told besides its options: whom it works for.
 *
 * @param pipeline the pipeline's name, first part of every topic
 * @param request names the wish to read a run: once it is fulfilled nothing is read until another
 *     one is configured; empty if there is none
 */
public record Commission(String pipeline, String request) {
  /** The property that names the pipeline. */
  public static final String PIPELINE = "millrace.pipeline";

  /** The property that names the request. */
  public static final String REQUEST = "millrace.request";

  public Commission {
    StreamId.requireName("pipeline", pipeline);
  }

  /** Adds the two properties. */
  public static ConfigDef define(ConfigDef definition) {
    return definition
        .define(
            PIPELINE,
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            Commission::requirePipeline,
            ConfigDef.Importance.HIGH,
            "Name of the pipeline: topics are called <pipeline>.<stream>.")
        .define(
            REQUEST,
            ConfigDef.Type.STRING,
            "",
            ConfigDef.Importance.LOW,
            "Any text. What was read to its end is read again only after this has changed.");
  }

  private static void requirePipeline(String key, Object value) {
    try {
      if (value != null) {
        StreamId.requireName("pipeline", value.toString());
      }
    } catch (MillraceException e) {
      throw new ConfigException(key, value, e.getMessage());
    }
  }

  /** Reads them; Connect has validated them. */
  public static Commission of(Map<String, String> properties) {
    return new Commission(
        properties.getOrDefault(PIPELINE, ""), properties.getOrDefault(REQUEST, ""));
  }
}
