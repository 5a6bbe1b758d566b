package io.millrace.runtime.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.GroupProtocol;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * How our consumers read. What makes reading quick is a default that the user's properties
 * override; what makes it correct is not.
 */
final class ConsumerProperties {
  private static final int LARGEST_FETCH = 8 << 20;
  private static final int SMALLEST_FETCH = 1 << 20;
  private static final int FETCHES_IN_MEMORY = 8;
  private static final int NEW_TOPICS_WITHIN_MILLIS = 10_000;

  private static final Set<String> OF_MEMBERS =
      Set.of(
          ConsumerConfig.GROUP_ID_CONFIG,
          ConsumerConfig.GROUP_INSTANCE_ID_CONFIG,
          ConsumerConfig.GROUP_PROTOCOL_CONFIG);

  private ConsumerProperties() {}

  /** For the member of a sink's group. */
  static Map<String, Object> forGroup(SinkSettings settings, MemoryBudget budget) {
    Map<String, Object> properties = common(settings, budget);
    properties.put(ConsumerConfig.GROUP_ID_CONFIG, settings.group());
    if (!brokersAssign(properties)) {
      properties.putIfAbsent(
          ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG,
          CooperativeStickyAssignor.class.getName());
      // A killed process must not keep its lanes for long; a process that writes is still polling.
      properties.putIfAbsent(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, 10_000);
      properties.putIfAbsent(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, 3_000);
    }
    properties.putIfAbsent(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, 600_000);
    if (settings.streams().isEmpty()) {
      properties.putIfAbsent(ConsumerConfig.METADATA_MAX_AGE_CONFIG, NEW_TOPICS_WITHIN_MILLIS);
    }
    return properties;
  }

  /** Under the newer group protocol assignment and time-outs are the brokers' settings. */
  private static boolean brokersAssign(Map<String, Object> properties) {
    return GroupProtocol.CONSUMER
        .name()
        .equalsIgnoreCase(String.valueOf(properties.get(ConsumerConfig.GROUP_PROTOCOL_CONFIG)));
  }

  /** For reading one attempt again, outside any group. */
  static Map<String, Object> forReading(SinkSettings settings, MemoryBudget budget) {
    Map<String, Object> properties = common(settings, budget);
    properties.keySet().removeAll(OF_MEMBERS);
    return properties;
  }

  private static Map<String, Object> common(SinkSettings settings, MemoryBudget budget) {
    long fetch = budget.memory() / FETCHES_IN_MEMORY;
    int bytes = (int) Math.max(SMALLEST_FETCH, Math.min(LARGEST_FETCH, fetch));
    var properties = new HashMap<>(settings.kafka());
    properties.putIfAbsent(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, bytes);
    properties.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, bytes);
    properties.putIfAbsent(ConsumerConfig.RECEIVE_BUFFER_CONFIG, -1);
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    properties.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    properties.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
    return properties;
  }
}
