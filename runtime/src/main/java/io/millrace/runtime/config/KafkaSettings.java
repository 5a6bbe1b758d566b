package io.millrace.runtime.config;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * The Kafka cluster and how to reach it.
 *
 * @param topic how topics are made
 * @param client properties of every Kafka client, references resolved: may hold secrets
 */
public record KafkaSettings(TopicSettings topic, Map<String, String> client) {
  static final String BOOTSTRAP_SERVERS = "bootstrap.servers";
  static final String BOOTSTRAP_SERVERS_DOC =
      "The first brokers to ask. Left out: a broker in this process, its data under"
          + " `.millrace/<pipeline>/` of the current directory.";

  public KafkaSettings {
    client = Map.copyOf(client);
  }

  /** The cluster's first addresses; empty means a broker in this process. */
  public Optional<String> bootstrapServers() {
    return Optional.ofNullable(client.get(BOOTSTRAP_SERVERS));
  }

  /** The same cluster, where each consumer joins its group as this static member. */
  public KafkaSettings withInstance(String name) {
    var named = new LinkedHashMap<>(client);
    named.put(ConsumerConfig.GROUP_INSTANCE_ID_CONFIG, name);
    return new KafkaSettings(topic, named);
  }

  /** A cluster that is only known by its address. */
  public static KafkaSettings of(String bootstrapServers) {
    return new KafkaSettings(
        new TopicSettings(1, Optional.empty(), Optional.empty()),
        Map.of(BOOTSTRAP_SERVERS, bootstrapServers));
  }

  /** The same settings for the cluster at this address. */
  public KafkaSettings at(String bootstrapServers) {
    var moved = new LinkedHashMap<>(client);
    moved.put(BOOTSTRAP_SERVERS, bootstrapServers);
    return new KafkaSettings(topic, moved);
  }

  /** Shows no value: some are secrets. */
  @Override
  public String toString() {
    return "KafkaSettings[topic=%s, client=%s]".formatted(topic, client.keySet());
  }
}
