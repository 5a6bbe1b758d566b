package io.millrace.runtime.sink;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import io.millrace.core.wire.SchemaFingerprint;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * One attempt at a unit as a source would send it: ids in batches of equal size. Records 0..n-1 are
 * data, record n is the end.
 */
public record TestAttempt(Unit unit, List<ProducerRecord<byte[], byte[]>> records, List<Long> ids) {
  public static final StreamId STREAM = new StreamId("trips", "rides");
  public static final RunId RUN = RunId.SNAPSHOT;
  private static final Schema SCHEMA =
      new Schema(List.of(Field.notNullable("id", new ArrowType.Int(64, true))));

  /** The unit of a plan. */
  public static Unit unit(int plan, String partition) {
    return unit(STREAM, plan, partition);
  }

  /** The unit of a plan of another stream. */
  public static Unit unit(StreamId stream, int plan, String partition) {
    return new Unit(stream, RUN, new PlanId(1_795_000_000_000L + plan, "p"), partition);
  }

  /** Rows {@code from <= id < to}, this many in a batch, sent to this TopicPartition. */
  public static TestAttempt of(
      BufferAllocator allocator,
      Unit unit,
      int planSize,
      String nonce,
      LongStream ids,
      int batchRows,
      int topicPartition) {
    var reading =
        new Reading(unit, planSize, new Bounds.Everything(), new Attempt(1, nonce, Instant.now()));
    List<Long> all = ids.boxed().toList();
    var codec = new ArrowCodec();
    var checksum = new AttemptChecksum();
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
    String schema = SchemaFingerprint.of(SCHEMA);
    for (int from = 0; from < all.size(); from += batchRows) {
      List<Long> rows = all.subList(from, Math.min(all.size(), from + batchRows));
      byte[] value = batch(codec, allocator, rows);
      checksum.add(AttemptChecksum.of(ByteBuffer.wrap(value)));
      records.add(
          record(
              new BatchHeader.Data(reading, records.size(), schema, rows.size()),
              value,
              topicPartition));
    }
    var end =
        new BatchHeader.PartitionEnd(reading, records.size(), schema, all.size(), checksum.value());
    records.add(record(end, codec.encode(SCHEMA), topicPartition));
    return new TestAttempt(unit, List.copyOf(records), all);
  }

  /** An attempt of one record that all counts agree with, and that is not Arrow. */
  public static TestAttempt garbled(Unit unit, int planSize, String nonce, int topicPartition) {
    var reading =
        new Reading(unit, planSize, new Bounds.Everything(), new Attempt(1, nonce, Instant.now()));
    byte[] value = "This is not Arrow".getBytes(StandardCharsets.UTF_8);
    var checksum = new AttemptChecksum();
    checksum.add(AttemptChecksum.of(ByteBuffer.wrap(value)));
    String schema = SchemaFingerprint.of(SCHEMA);
    var data = new BatchHeader.Data(reading, 0, schema, 1);
    var end = new BatchHeader.PartitionEnd(reading, 1, schema, 1, checksum.value());
    return new TestAttempt(
        unit,
        List.of(
            record(data, value, topicPartition),
            record(end, new ArrowCodec().encode(SCHEMA), topicPartition)),
        List.of());
  }

  /** What a source sends that cannot even begin to read: no schema, no rows. */
  public static TestAttempt givenUp(
      Unit unit, int planSize, String nonce, String reason, int topicPartition) {
    var reading =
        new Reading(unit, planSize, new Bounds.Everything(), new Attempt(1, nonce, Instant.now()));
    var none = new Schema(List.of());
    var failed = new BatchHeader.PartitionFailed(reading, 0, SchemaFingerprint.of(none), reason);
    return new TestAttempt(
        unit, List.of(record(failed, new ArrowCodec().encode(none), topicPartition)), List.of());
  }

  /** An attempt of one row that has one more column. */
  static TestAttempt withName(
      BufferAllocator allocator, Unit unit, int planSize, String nonce, int topicPartition) {
    var reading =
        new Reading(unit, planSize, new Bounds.Everything(), new Attempt(1, nonce, Instant.now()));
    var fields = new ArrayList<Field>(SCHEMA.getFields());
    fields.add(Field.nullable("name", ArrowType.Utf8.INSTANCE));
    var wider = new Schema(fields);
    String schema = SchemaFingerprint.of(wider);
    byte[] value;
    try (var root = VectorSchemaRoot.create(wider, allocator)) {
      root.allocateNew();
      ((BigIntVector) root.getVector(0)).set(0, 1);
      root.setRowCount(1);
      value = new ArrowCodec().encode(root);
    }
    var checksum = new AttemptChecksum();
    checksum.add(AttemptChecksum.of(ByteBuffer.wrap(value)));
    var data = new BatchHeader.Data(reading, 0, schema, 1);
    var end = new BatchHeader.PartitionEnd(reading, 1, schema, 1, checksum.value());
    return new TestAttempt(
        unit,
        List.of(
            record(data, value, topicPartition),
            record(end, new ArrowCodec().encode(wider), topicPartition)),
        List.of(1L));
  }

  /** A value with a column that no attempt of ours has. */
  static byte[] otherSchema(BufferAllocator allocator) {
    var schema = new Schema(List.of(Field.nullable("name", ArrowType.Utf8.INSTANCE)));
    try (var root = VectorSchemaRoot.create(schema, allocator)) {
      root.allocateNew();
      root.setRowCount(1);
      return new ArrowCodec().encode(root);
    }
  }

  private static byte[] batch(ArrowCodec codec, BufferAllocator allocator, List<Long> rows) {
    try (var root = VectorSchemaRoot.create(SCHEMA, allocator)) {
      var ids = (BigIntVector) root.getVector(0);
      ids.allocateNew(rows.size());
      for (int i = 0; i < rows.size(); i++) {
        ids.set(i, rows.get(i));
      }
      root.setRowCount(rows.size());
      return codec.encode(root);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(
      BatchHeader header, byte[] value, int topicPartition) {
    byte[] key = header.reading().recordKey().getBytes(StandardCharsets.UTF_8);
    var record =
        new ProducerRecord<>(header.reading().unit().stream().topic(), topicPartition, key, value);
    HeaderCodec.encode(header)
        .forEach((name, text) -> record.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
    return record;
  }

  /** The data records, without the end: an attempt that died. */
  public List<ProducerRecord<byte[], byte[]>> withoutEnd() {
    return records.subList(0, records.size() - 1);
  }
}
