package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.DeadLetter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Dead letters as people read them: the newest one of each record and sink, since a sink that is
 * restarted in the middle of writing one writes it twice.
 */
final class DeadLetterList {
  /**
   * One letter.
   *
   * @param partition of the letters' topic
   * @param offset its own
   * @param text a few lines
   */
  record Entry(int partition, long offset, String text) {}

  private final boolean all;
  private final Map<String, Entry> entries = new LinkedHashMap<>();

  /** An empty list, for all letters or for the newest of each record. */
  DeadLetterList(boolean all) {
    this.all = all;
  }

  /** Adds the next record of the topic. */
  void add(ConsumerRecord<byte[], byte[]> record) {
    String place = "%s-%d@%d".formatted(record.topic(), record.partition(), record.offset());
    Map<String, String> headers = RecordText.headers(record);
    String key;
    String text;
    try {
      DeadLetter letter = DeadLetter.of(headers);
      key = all ? place : letter.sink() + " " + letter.origin();
      text = place + " " + describe(letter, headers, record);
    } catch (MillraceException e) {
      key = place;
      text = place + " " + e.getMessage();
    }
    entries.remove(key);
    entries.put(key, new Entry(record.partition(), record.offset(), text));
  }

  private static String describe(
      DeadLetter letter, Map<String, String> headers, ConsumerRecord<byte[], byte[]> record) {
    int bytes =
        letter
            .omitted()
            .map(DeadLetter.Omitted::size)
            .orElse(Math.max(0, record.serializedValueSize()));
    return "%s, sink %s, %s%n  %s%n  %s%s"
        .formatted(
            letter.origin(),
            letter.sink(),
            letter.at(),
            letter.reason().replaceAll("\\p{Cntrl}", " "),
            content(headers, bytes),
            letter
                .omitted()
                .map(
                    value ->
                        "%n  without its value, which was too large: CRC32C %08x"
                            .formatted(value.checksum()))
                .orElse(""));
  }

  private static String content(Map<String, String> headers, int bytes) {
    try {
      return RecordText.of(headers, bytes);
    } catch (MillraceException e) {
      return "%,d bytes of no known unit".formatted(bytes);
    }
  }

  /** The letters, in the order they were written. */
  List<Entry> entries() {
    return List.copyOf(entries.values());
  }
}
