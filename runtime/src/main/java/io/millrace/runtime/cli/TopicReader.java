package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.KafkaSettings;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads a topic for a look: one partition after the other, in no group, up to where it ends now.
 */
final class TopicReader implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration POLL = Duration.ofMillis(500);

  private final KafkaConsumer<byte[], byte[]> consumer;
  private final String servers;
  private final String topic;

  TopicReader(KafkaSettings settings, String topic) {
    var properties = new HashMap<String, Object>(settings.client());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "1");
    this.servers = settings.bootstrapServers().orElseThrow();
    this.topic = topic;
    try {
      this.consumer =
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      String reason = e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Cannot read from Kafka at %s: %s".formatted(servers, reason),
          e);
    }
  }

  /** The numbers of the topic's partitions. */
  List<Integer> partitions() {
    List<PartitionInfo> partitions;
    try {
      partitions = consumer.partitionsFor(topic, LIMIT);
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
    if (partitions == null || partitions.isEmpty()) {
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "There is no topic \"%s\" in Kafka at %s: they are named <pipeline>.<stream>"
              .formatted(topic, servers));
    }
    return partitions.stream().map(PartitionInfo::partition).sorted().toList();
  }

  /**
   * Reads on in a partition.
   *
   * @param from the first offset; where the log begins later, it begins there
   * @return how many records were read
   */
  int read(int partition, long from, int limit, Consumer<ConsumerRecord<byte[], byte[]>> each) {
    var here = new TopicPartition(topic, partition);
    consumer.assign(List.of(here));
    int read = 0;
    try {
      long end = consumer.endOffsets(List.of(here), LIMIT).get(here);
      consumer.seek(
          here, Math.max(from, consumer.beginningOffsets(List.of(here), LIMIT).get(here)));
      while (read < limit && consumer.position(here, LIMIT) < end) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          each.accept(record);
          read++;
        }
      }
    } catch (TimeoutException e) {
      throw unreachable(e);
    }
    return read;
  }

  private MillraceException unreachable(TimeoutException e) {
    return MillraceException.passing(
        MillraceException.Category.KAFKA,
        "Cannot reach Kafka at %s within %d s: does it run?".formatted(servers, LIMIT.toSeconds()),
        e);
  }

  @Override
  public void close() {
    consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(1)));
  }
}
