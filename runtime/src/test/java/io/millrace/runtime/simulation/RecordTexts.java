package io.millrace.runtime.simulation;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** The headers of a record as texts. */
final class RecordTexts {
  private RecordTexts() {}

  static Map<String, String> of(ConsumerRecord<byte[], byte[]> record) {
    var texts = new LinkedHashMap<String, String>();
    record
        .headers()
        .forEach(
            header -> texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return texts;
  }

  /** The headers of these texts. */
  static RecordHeaders headers(Map<String, String> texts) {
    var headers = new RecordHeaders();
    texts.forEach((name, text) -> headers.add(name, text.getBytes(StandardCharsets.UTF_8)));
    return headers;
  }

  /** The same record with other headers. */
  static ConsumerRecord<byte[], byte[]> with(
      ConsumerRecord<byte[], byte[]> record, Map<String, String> texts) {
    return new ConsumerRecord<>(
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        record.timestampType(),
        record.serializedKeySize(),
        record.serializedValueSize(),
        record.key(),
        record.value(),
        headers(texts),
        record.leaderEpoch());
  }
}
