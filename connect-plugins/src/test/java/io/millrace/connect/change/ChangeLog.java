package io.millrace.connect.change;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.postgres.copy.ArrowText;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.source.SourceRecord;

/** Records of change streams, judged as a sink would. */
public record ChangeLog(List<Entry> entries) {
  /** One record. */
  public record Entry(ChangeHeader header, String topic, String key, ByteBuffer value) {}

  /** A change, with the run that its record names. */
  public record Row(Position position, String run, Map<String, String> values) {}

  /** What a task has given to Connect. */
  public static ChangeLog of(Collection<SourceRecord> records) {
    return new ChangeLog(records.stream().map(ChangeLog::entry).toList());
  }

  private static Entry entry(SourceRecord record) {
    var texts = new HashMap<String, String>();
    record.headers().forEach(header -> texts.put(header.key(), (String) header.value()));
    return new Entry(
        ChangeHeaderCodec.decode(texts),
        record.topic(),
        new String((byte[]) record.key(), UTF_8),
        ByteBuffer.wrap((byte[]) record.value()));
  }

  /** Reads topics from their start to their present end. */
  public static ChangeLog read(String bootstrap, List<String> topics) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    var entries = new ArrayList<Entry>();
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      List<TopicPartition> all =
          topics.stream()
              .flatMap(topic -> consumer.partitionsFor(topic).stream())
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(r -> entries.add(entry(r)));
      }
    }
    return new ChangeLog(entries);
  }

  private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
    var texts = new HashMap<String, String>();
    for (Header header : record.headers()) {
      texts.put(header.key(), new String(header.value(), UTF_8));
    }
    return new Entry(
        ChangeHeaderCodec.decode(texts),
        record.topic(),
        new String(record.key(), UTF_8),
        ByteBuffer.wrap(record.value()));
  }

  public List<ChangeHeader> headers() {
    return entries.stream().map(Entry::header).toList();
  }

  public List<ChangeHeader.Tick> ticks() {
    return headers().stream()
        .filter(ChangeHeader.Tick.class::isInstance)
        .map(ChangeHeader.Tick.class::cast)
        .toList();
  }

  /**
   * The changes of each stream in the order of their positions, each once. Fails on a gap in a
   * bucket's chain, on a run that ends twice, and on a header that does not tell what its record
   * holds.
   */
  public Map<String, List<Row>> rows() {
    var reached = new HashMap<Bucket, Position>();
    var runs = new HashMap<Bucket, String>();
    var rows = new HashMap<String, TreeMap<String, Row>>();
    try (BufferAllocator allocator = new RootAllocator()) {
      for (Entry entry : entries) {
        ChangeHeader header = entry.header();
        Bucket bucket = header.bucket();
        assertThat(entry.topic()).isEqualTo(bucket.stream().changesTopic());
        assertThat(entry.key()).isEqualTo(Integer.toString(bucket.number()));
        Position before = reached.get(bucket);
        assertThat(header.after())
            .as("a gap before %s", header)
            .isLessThanOrEqualTo(before == null ? Position.START : before);
        boolean isNew = before == null || header.last().compareTo(before) > 0;
        String run = header.progress().run().value();
        if (isNew) {
          assertThat(run).isGreaterThanOrEqualTo(runs.getOrDefault(bucket, ""));
          runs.put(bucket, run);
        }
        List<Row> found = rows(entry, run, allocator);
        assertThat((long) found.size()).isEqualTo(header.rows());
        for (Row row : found) {
          if (before == null || row.position().compareTo(before) > 0) {
            rows.computeIfAbsent(bucket.stream().name(), s -> new TreeMap<>())
                .put(row.position() + "/" + bucket.number(), row);
          }
        }
        if (isNew) {
          reached.put(bucket, header.last());
        }
      }
    }
    var sorted = new TreeMap<String, List<Row>>();
    rows.forEach(
        (stream, each) ->
            sorted.put(
                stream,
                each.values().stream()
                    .sorted((a, b) -> a.position().compareTo(b.position()))
                    .toList()));
    return sorted;
  }

  private static List<Row> rows(Entry entry, String run, BufferAllocator allocator) {
    var rows = new ArrayList<Row>();
    try (VectorSchemaRoot root = ArrowCodec.decode(entry.value().duplicate(), allocator)) {
      assertThat(SchemaFingerprint.of(root.getSchema())).isEqualTo(entry.header().schema());
      for (int row = 0; row < root.getRowCount(); row++) {
        var values = new LinkedHashMap<String, String>();
        for (FieldVector column : root.getFieldVectors()) {
          values.put(column.getName(), ArrowText.of(column, row));
        }
        var position =
            new Position(
                ((BigIntVector) root.getVector("_lsn")).get(row),
                ((BigIntVector) root.getVector("_seq")).get(row));
        rows.add(new Row(position, run, values));
      }
    }
    if (entry.header() instanceof ChangeHeader.Data data) {
      assertThat(rows.get(0).position()).isEqualTo(data.span().first());
      assertThat(rows.get(rows.size() - 1).position()).isEqualTo(data.last());
    }
    return rows;
  }
}
