package io.millrace.connect.postgres.changes;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.postgres.wal.EncodedChanges;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Makes Connect's records of batches and ticks, and keeps them until they are taken. Each carries
 * the latest checkpoint as its offset: what Connect may store when the record, and all before it,
 * are delivered.
 */
final class ChangeRecords {
  private final Map<String, String> sourcePartition;
  private final List<SourceRecord> waiting = new ArrayList<>();
  private Checkpoint checkpoint;
  private Map<String, Object> offset;

  /** No records yet. */
  ChangeRecords(String pipeline, Checkpoint checkpoint) {
    this.sourcePartition = Checkpoint.sourcePartition(pipeline);
    this.checkpoint = checkpoint;
    this.offset = checkpoint.toOffset();
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Adds a batch of a stream. */
  void add(TableStream stream, EncodedChanges batch, Progress progress) {
    int bucket = batch.bucket();
    var span = new Span(stream.last(bucket), batch.first(), batch.last());
    stream.advance(bucket, batch.last());
    add(
        new ChangeHeader.Data(
            stream.bucket(bucket),
            progress,
            span,
            SchemaFingerprint.of(batch.schema()),
            batch.rows()),
        batch.value().array());
  }

  /** Tells every bucket of a stream that its changes up to a position were sent. */
  void tick(TableStream stream, Progress progress, Position upTo) {
    for (int bucket = 0; bucket < stream.buckets(); bucket++) {
      Position after = stream.last(bucket);
      stream.advance(bucket, upTo);
      add(
          new ChangeHeader.Tick(stream.bucket(bucket), progress, after, upTo, stream.fingerprint()),
          stream.empty());
    }
  }

  private void add(ChangeHeader header, byte[] value) {
    var headers = new ConnectHeaders();
    ChangeHeaderCodec.encode(header).forEach(headers::addString);
    waiting.add(
        new SourceRecord(
            sourcePartition,
            offset,
            header.bucket().stream().changesTopic(),
            null, // Kafka's partition follows from the key
            null,
            header.bucket().recordKey().getBytes(UTF_8),
            null,
            value,
            null, // the producer's own time
            headers));
  }

  /** All before this checkpoint has been added: the last record that waits may say so. */
  void reached(Checkpoint latest) {
    checkpoint = latest;
    offset = latest.toOffset();
    if (!waiting.isEmpty()) {
      SourceRecord last = waiting.remove(waiting.size() - 1);
      waiting.add(
          new SourceRecord(
              sourcePartition,
              offset,
              last.topic(),
              null,
              last.keySchema(),
              last.key(),
              last.valueSchema(),
              last.value(),
              last.timestamp(),
              last.headers()));
    }
  }

  /** The records that wait, which do so no longer. */
  List<SourceRecord> take() {
    List<SourceRecord> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }
}
