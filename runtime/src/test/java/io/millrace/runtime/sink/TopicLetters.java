package io.millrace.runtime.sink;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.wire.DeadLetter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** What lies in a topic, and the dead letters among it. */
final class TopicLetters {
  private TopicLetters() {}

  /** The newest letter of each origin. */
  static Map<String, ConsumerRecord<byte[], byte[]>> newest(
      Map<String, Object> client, TopicPartition partition) {
    var found = new LinkedHashMap<String, ConsumerRecord<byte[], byte[]>>();
    all(client, partition).forEach(record -> found.put(read(record).origin(), record));
    return found;
  }

  /** All records there are now. */
  static List<ConsumerRecord<byte[], byte[]>> all(
      Map<String, Object> client, TopicPartition partition) {
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    try (var consumer =
        new KafkaConsumer<>(client, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      while (consumer.position(partition) < end) {
        consumer.poll(Duration.ofMillis(100)).forEach(found::add);
      }
    }
    return found;
  }

  /** What the letter says of its record. */
  static DeadLetter read(ConsumerRecord<byte[], byte[]> record) {
    var texts = new HashMap<String, String>();
    record.headers().forEach(header -> texts.put(header.key(), new String(header.value(), UTF_8)));
    return DeadLetter.of(texts);
  }
}
