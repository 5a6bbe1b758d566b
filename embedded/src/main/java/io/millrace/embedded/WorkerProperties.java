package io.millrace.embedded;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** The settings of a Connect worker that stands alone; its topics have the cluster's replicas. */
final class WorkerProperties {
  private static final String DEFAULT_GROUP = "millrace-connect";
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

  private WorkerProperties() {}

  /**
   * Worker properties; {@code overrides} win, and its {@code group.id} also names the three
   * internal topics.
   */
  static Map<String, String> of(
      String bootstrapServers, Path pluginPath, Map<String, String> overrides) {
    String group = overrides.getOrDefault("group.id", DEFAULT_GROUP);
    var properties = new HashMap<String, String>();
    properties.put("bootstrap.servers", bootstrapServers);
    properties.put("plugin.path", pluginPath.toAbsolutePath().toString());
    // The stock discovery walks every class of the plugin path: 15 s at the first start.
    properties.put("plugin.discovery", "service_load");
    properties.put("listeners", "http://127.0.0.1:0");
    properties.put("group.id", group);
    properties.put("config.storage.topic", group + "-configs");
    properties.put("config.storage.replication.factor", "-1");
    properties.put("offset.storage.topic", group + "-offsets");
    properties.put("offset.storage.replication.factor", "-1");
    properties.put("offset.storage.partitions", "1");
    properties.put("status.storage.topic", group + "-status");
    properties.put("status.storage.replication.factor", "-1");
    properties.put("status.storage.partitions", "1");
    properties.put("key.converter", BYTES);
    properties.put("value.converter", BYTES);
    properties.put("offset.flush.interval.ms", "1000");
    // Stock waits five minutes for a lost worker before its tasks move.
    properties.put("scheduled.rebalance.max.delay.ms", "0");
    // Tasks that do not stop in this time are cancelled; it must end before our own patience does.
    properties.put("task.shutdown.graceful.timeout.ms", "3000");
    properties.putAll(overrides);
    return properties;
  }
}
