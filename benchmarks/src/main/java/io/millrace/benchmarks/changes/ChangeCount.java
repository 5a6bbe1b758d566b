package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.server.Broker;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Counts the changes in a topic by what its records say of themselves. */
final class ChangeCount implements AutoCloseable {
  private static final String ROWS = "millrace.rows";

  private final KafkaConsumer<byte[], byte[]> consumer;
  private long changes;

  ChangeCount(Broker broker, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers(), "check.crcs", "false"),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var partitions = broker.partitions(topic);
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** How many there are; those of a record that has just come may be missing. */
  long sofar() {
    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(1))) {
      Header rows = record.headers().lastHeader(ROWS);
      if (rows != null) {
        changes += Long.parseLong(new String(rows.value(), StandardCharsets.UTF_8));
      }
    }
    return changes;
  }

  @Override
  public void close() {
    consumer.close();
  }
}
