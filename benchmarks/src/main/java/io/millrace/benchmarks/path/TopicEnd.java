package io.millrace.benchmarks.path;

import io.millrace.benchmarks.server.Broker;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Reads a topic from its present end on, until the next plan in it is whole. */
final class TopicEnd implements AutoCloseable {
  private final KafkaConsumer<byte[], byte[]> consumer;

  TopicEnd(Broker broker, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            new ByteArrayDeserializer(),
            new ByteArrayDeserializer());
    var partitions = broker.partitions(topic);
    consumer.assign(partitions);
    consumer.seekToEnd(partitions);
    partitions.forEach(consumer::position);
  }

  /** Waits for the ends of as many Partitions as the plan has. */
  void awaitPlan(Runnable requireWorking) {
    Set<String> ended = new HashSet<>();
    int size = Integer.MAX_VALUE;
    long limit = System.nanoTime() + Bench.PASS_LIMIT.toNanos();
    long next = 0;
    while (ended.size() < size) {
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("The plan is not whole: ended are " + ended);
      }
      if (System.nanoTime() > next) {
        requireWorking.run();
        next = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      }
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
        BatchHeader header = header(record);
        size = header.reading().planSize();
        if (header instanceof BatchHeader.PartitionEnd) {
          ended.add(header.reading().unit().toString());
        }
      }
    }
  }

  private static BatchHeader header(ConsumerRecord<?, ?> record) {
    var texts = new HashMap<String, String>();
    record
        .headers()
        .forEach(
            header -> texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return HeaderCodec.decode(texts);
  }

  @Override
  public void close() {
    consumer.close();
  }
}
