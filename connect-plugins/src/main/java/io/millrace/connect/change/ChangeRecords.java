package io.millrace.connect.change;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.apache.kafka.connect.source.SourceRecord;

/**
 * Makes Connect's records of batches and ticks, and keeps them until they are taken. Each carries
 * the latest checkpoint as its offset: what Connect may store when the record, and all before it,
 * are delivered.
 */
public final class ChangeRecords {
  private final Map<String, String> sourcePartition;
  private final List<SourceRecord> waiting = new ArrayList<>();
  private Map<String, Object> offset;

  /**
   * A batch of one bucket's changes.
   *
   * @param bucket which bucket the rows' keys belong to
   * @param first where its first change stands
   * @param last where its last change stands
   * @param schema of the batch
   * @param rows how many changes it has
   * @param value the Arrow IPC stream, which fills the array behind it
   */
  public record Batch(
      int bucket, Position first, Position last, Schema schema, int rows, ByteBuffer value) {}

  /**
   * No records yet.
   *
   * @param sourcePartition what Connect files their offsets under
   * @param offset the checkpoint that holds before the first one
   */
  public ChangeRecords(Map<String, String> sourcePartition, Map<String, Object> offset) {
    this.sourcePartition = sourcePartition;
    this.offset = offset;
  }

  /** Whether none waits. */
  public boolean isEmpty() {
    return waiting.isEmpty();
  }

  /** Adds a batch of a stream. */
  public void add(BucketChains stream, Batch batch, Progress progress) {
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
  public void tick(BucketChains stream, Progress progress, Position upTo) {
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
  public void reached(Map<String, Object> checkpoint) {
    offset = checkpoint;
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
  public List<SourceRecord> take() {
    List<SourceRecord> taken = List.copyOf(waiting);
    waiting.clear();
    return taken;
  }
}
