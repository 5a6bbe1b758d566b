package io.millrace.connect.debezium.read;

import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.core.options.Secret;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What Debezium's connector is told: the options' properties, and what Millrace depends on. */
final class ConnectorProperties {
  /** What stands for values that were not sent. */
  static final String PLACEHOLDER = "unavailable.value.placeholder";

  /** The brokers that keep the schemas' history, unless the options say. */
  static final String HISTORY_SERVERS = "schema.history.internal.kafka.bootstrap.servers";

  /**
   * How often connectors of MySQL and MariaDB look whether they are still connected to the log. A
   * server may end a connection that is new when it ends the one before it of the same id;
   * Debezium's own minute would pass until the next.
   */
  private static final String KEEP_ALIVE = "connect.keep.alive.interval.ms";

  private static final String KEEP_ALIVE_MILLIS = "2000";
  private static final String USUAL_PLACEHOLDER = "__debezium_unavailable_value";
  private static final Pattern WORDS = Pattern.compile("[A-Za-z0-9_.-]+");

  private ConnectorProperties() {}

  /** All of them, secrets too. */
  static Map<String, String> of(DebeziumOptions options, String pipeline) {
    var properties = new LinkedHashMap<String, String>();
    properties.put("schema.history.internal.kafka.topic", pipeline + ".schema-history");
    properties.put("column.propagate.source.type", ".*");
    properties.put("bigint.unsigned.handling.mode", "precise");
    properties.put("custom.sanitize.pattern", secretKeys(options.secrets()));
    properties.put("heartbeat.interval.ms", Long.toString(options.changes().tick().toMillis()));
    properties.put(KEEP_ALIVE, KEEP_ALIVE_MILLIS);
    properties.put(PLACEHOLDER, USUAL_PLACEHOLDER);
    properties.putAll(options.properties());
    options.secrets().forEach((key, secret) -> properties.put(key, secret.reveal()));
    properties.putAll(ours(options, pipeline));
    return properties;
  }

  private static Map<String, String> ours(DebeziumOptions options, String pipeline) {
    var ours = new HashMap<String, String>();
    ours.put("name", "millrace." + pipeline);
    ours.put("connector.class", options.connectorClass());
    ours.put("tasks.max", "1");
    ours.put("topic.prefix", pipeline);
    ours.put("table.include.list", pattern(options));
    ours.put("include.schema.changes", "false");
    ours.put("tombstones.on.delete", "false");
    ours.put("skipped.operations", "none");
    ours.put("event.processing.failure.handling.mode", "fail");
    return ours;
  }

  /** Names are taken as patterns, commas between them. */
  private static String pattern(DebeziumOptions options) {
    return options.tables().stream()
        .map(ConnectorProperties::quoted)
        .collect(Collectors.joining(","));
  }

  private static String quoted(String name) {
    return WORDS.matcher(name).matches() ? name.replace(".", "\\.") : Pattern.quote(name);
  }

  private static String secretKeys(Map<String, Secret> secrets) {
    return secrets.keySet().stream().map(Pattern::quote).collect(Collectors.joining("|"));
  }

  /** A text as it may be shown: without the secrets' values, wherever it has them from. */
  static String withoutSecrets(String text, DebeziumOptions options) {
    String shown = text;
    for (Secret secret : options.secrets().values()) {
      if (!secret.reveal().isEmpty()) {
        shown = shown.replace(secret.reveal(), secret.toString());
      }
    }
    return shown;
  }
}
