package io.millrace.runtime.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.KeyHash;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.SchemaFingerprint;
import io.millrace.runtime.TestProducer;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** A topic of changes of two buckets, written as a source would; a change for each whole number. */
final class ChangeTopic implements AutoCloseable {
  private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");
  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.nullable("id", LONG),
              Field.notNullable("_op", ArrowType.Utf8.INSTANCE),
              Field.notNullable("_lsn", LONG),
              Field.notNullable("_seq", LONG)));

  private final StreamId stream;
  private final Generation generation;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  ChangeTopic(StreamId stream, int partitions, String bootstrapServers) throws Exception {
    Map<String, Object> servers = Map.of("bootstrap.servers", bootstrapServers);
    this.stream = stream;
    this.generation =
        new Generation(PlanId.after(0, NOW, "gen"), "7", "slot", 2, List.of("id"), KeyHash.NAME);
    this.admin = Admin.create(servers);
    this.producer = TestProducer.of(servers);
    admin
        .createTopics(List.of(new NewTopic(stream.changesTopic(), partitions, (short) 1)))
        .all()
        .get();
  }

  static Position at(long position) {
    return new Position(position, 0);
  }

  Bucket bucket(int number) {
    return new Bucket(stream, generation, number);
  }

  /** What a gap of a bucket is called. */
  String gap(int number, long after, long last) {
    return "%s:%s..%s".formatted(bucket(number), at(after), at(last));
  }

  private static Progress progress(String run) {
    return new Progress(new RunId(run), NOW);
  }

  /** The changes behind a position up to another, in one record; says where it lies. */
  long changes(int bucket, String run, long after, long last) throws Exception {
    var span = new Span(at(after), at(after + 1), at(last));
    var header =
        new ChangeHeader.Data(
            bucket(bucket), progress(run), span, SchemaFingerprint.of(SCHEMA), last - after);
    return send(header, value(after, last));
  }

  /** Nothing more of the bucket up to here. */
  long tick(int bucket, String run, long after, long last) throws Exception {
    var header =
        new ChangeHeader.Tick(
            bucket(bucket), progress(run), at(after), at(last), SchemaFingerprint.of(SCHEMA));
    return send(header, new ArrowCodec().encode(SCHEMA));
  }

  private static byte[] value(long after, long last) {
    try (var allocator = new RootAllocator();
        var batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
      batch.allocateNew();
      for (int row = 0; row < last - after; row++) {
        ((BigIntVector) batch.getVector("id")).setSafe(row, after + 1 + row);
        ((VarCharVector) batch.getVector("_op")).setSafe(row, "insert".getBytes(UTF_8));
        ((BigIntVector) batch.getVector("_lsn")).setSafe(row, after + 1 + row);
        ((BigIntVector) batch.getVector("_seq")).setSafe(row, 0);
      }
      batch.setRowCount((int) (last - after));
      return new ArrowCodec().encode(batch);
    }
  }

  private long send(ChangeHeader header, byte[] value) throws Exception {
    var record =
        new ProducerRecord<>(
            stream.changesTopic(), null, header.bucket().recordKey().getBytes(UTF_8), value);
    ChangeHeaderCodec.encode(header)
        .forEach((key, text) -> record.headers().add(key, text.getBytes(UTF_8)));
    return producer.send(record).get().offset();
  }

  /** What retention does: the log of the first TopicPartition begins here. */
  void loseBefore(long offset) throws Exception {
    var partition = new TopicPartition(stream.changesTopic(), 0);
    admin.deleteRecords(Map.of(partition, RecordsToDelete.beforeOffset(offset))).all().get();
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
  }
}
