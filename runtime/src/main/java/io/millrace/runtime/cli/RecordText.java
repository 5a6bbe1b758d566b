package io.millrace.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.change.Bucket;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/** What a record says of itself, for people. */
final class RecordText {
  private RecordText() {}

  /** All headers; of several with one name the last. */
  static Map<String, String> headers(ConsumerRecord<?, ?> record) {
    var texts = new HashMap<String, String>();
    for (Header header : record.headers()) {
      if (header.value() != null) {
        texts.put(header.key(), new String(header.value(), UTF_8));
      }
    }
    return texts;
  }

  /**
   * Two lines about a record whose value has so many bytes.
   *
   * @throws io.millrace.core.MillraceException (DATA) naming the header that is missing or
   *     malformed
   */
  static String of(Map<String, String> headers, int bytes) {
    return ChangeHeaderCodec.isOfChanges(headers)
        ? of(ChangeHeaderCodec.decode(headers), bytes)
        : of(HeaderCodec.decode(headers), bytes);
  }

  /** Whether its value has rows. */
  static boolean hasRows(Map<String, String> headers) {
    return "data".equals(headers.get("millrace.kind"));
  }

  private static String of(ChangeHeader header, int bytes) {
    Bucket bucket = header.bucket();
    return "%s%n  generation %s, bucket %d of %d%s, after %s, run %s, committed until %s, schema %s"
        .formatted(
            what(header, bytes),
            bucket.generation().id(),
            bucket.number(),
            bucket.generation().buckets(),
            bucket.generation().key().isEmpty()
                ? ""
                : " by " + String.join(", ", bucket.generation().key()),
            header.after(),
            header.progress().run(),
            header.progress().latestCommit(),
            header.schema());
  }

  private static String what(ChangeHeader header, int bytes) {
    return header instanceof ChangeHeader.Data data
        ? "%,d changes from %s to %s, %,d bytes"
            .formatted(data.rows(), data.span().first(), data.last(), bytes)
        : "tick: nothing more up to %s".formatted(header.last());
  }

  private static String of(BatchHeader header, int bytes) {
    Reading reading = header.reading();
    return "%s%n  run %s, plan %s of %d partitions, partition %s, attempt %d (%s), schema %s"
        .formatted(
            what(header, bytes),
            reading.unit().run(),
            reading.unit().plan(),
            reading.planSize(),
            reading.unit().partition(),
            reading.attempt().number(),
            reading.attempt().nonce(),
            header.schema());
  }

  private static String what(BatchHeader header, int bytes) {
    if (header instanceof BatchHeader.Data data) {
      return "batch %d, %,d rows, %,d bytes".formatted(data.sequence(), data.rows(), bytes);
    } else if (header instanceof BatchHeader.PartitionFailed failed) {
      return "given up after %d batches: %s".formatted(failed.sequence(), failed.reason());
    }
    return "end after %d batches, %,d rows by the source's count"
        .formatted(header.sequence(), header.rows());
  }
}
