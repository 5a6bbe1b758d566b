package io.millrace.connect;

import io.millrace.core.PlanId;
import io.millrace.core.Unit;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.HeaderCodec;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.connect.source.SourceRecord;

/** What lies in a stream's topic, judged as a sink would: attempts, whole or not. */
public record TopicLog(List<Entry> entries) {
  /** One record. */
  public record Entry(BatchHeader header, String key, ByteBuffer value) {}

  /** Reads a topic from its start to its present end. */
  public static TopicLog read(String bootstrap, String topic) {
    Map<String, Object> config =
        Map.of("bootstrap.servers", bootstrap, "isolation.level", "read_committed");
    var bytes = new ByteArrayDeserializer();
    var entries = new ArrayList<Entry>();
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(200)).forEach(r -> entries.add(entry(r)));
      }
    }
    return new TopicLog(entries);
  }

  /** What a topic would hold of these records. */
  public static TopicLog of(List<SourceRecord> records) {
    return new TopicLog(records.stream().map(TopicLog::entry).toList());
  }

  private static Entry entry(SourceRecord record) {
    var texts = new HashMap<String, String>();
    record.headers().forEach(header -> texts.put(header.key(), (String) header.value()));
    return new Entry(
        HeaderCodec.decode(texts),
        new String((byte[]) record.key(), StandardCharsets.UTF_8),
        ByteBuffer.wrap((byte[]) record.value()));
  }

  private static Entry entry(ConsumerRecord<byte[], byte[]> record) {
    var texts = new HashMap<String, String>();
    for (Header header : record.headers()) {
      texts.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
    }
    return new Entry(
        HeaderCodec.decode(texts),
        new String(record.key(), StandardCharsets.UTF_8),
        ByteBuffer.wrap(record.value()));
  }

  /** The plans in it, earliest first. */
  public List<PlanId> plans() {
    var plans = new TreeSet<PlanId>();
    entries.forEach(e -> plans.add(e.header().reading().unit().plan()));
    return List.copyOf(plans);
  }

  /** The units of a plan with one complete attempt of each: data records and the end, in order. */
  public Map<Unit, List<Entry>> complete(PlanId plan) {
    var attempts = new LinkedHashMap<String, TreeMap<Integer, Entry>>();
    for (Entry entry : entries) {
      var reading = entry.header().reading();
      if (reading.unit().plan().equals(plan)) {
        attempts
            .computeIfAbsent(reading.attempt().nonce(), n -> new TreeMap<>())
            .put(entry.header().sequence(), entry);
      }
    }
    var complete = new TreeMap<Unit, List<Entry>>(Comparator.comparing(Unit::partition));
    attempts.values().stream()
        .filter(TopicLog::isWhole)
        .forEach(
            attempt ->
                complete.put(
                    attempt.lastEntry().getValue().header().reading().unit(),
                    List.copyOf(attempt.values())));
    return complete;
  }

  private static boolean isWhole(TreeMap<Integer, Entry> attempt) {
    if (!(attempt.lastEntry().getValue().header() instanceof BatchHeader.PartitionEnd end)) {
      return false;
    }
    var checksum = new AttemptChecksum();
    long rows = 0;
    for (Entry entry : attempt.headMap(end.sequence()).values()) {
      checksum.add(AttemptChecksum.of(entry.value()));
      rows += entry.header().rows();
    }
    return attempt.size() == end.sequence() + 1
        && rows == end.rows()
        && checksum.value() == end.checksum();
  }

  /** Whether every Partition of the plan has a complete attempt. */
  public boolean isWhole(PlanId plan) {
    Map<Unit, List<Entry>> units = complete(plan);
    return !units.isEmpty()
        && units.values().iterator().next().get(0).header().reading().planSize() == units.size();
  }

  /** A bigint column of all rows in these attempts. */
  public static List<Long> longs(
      Collection<List<Entry>> attempts, String column, BufferAllocator allocator) {
    var values = new ArrayList<Long>();
    forEachBatch(
        attempts,
        allocator,
        batch -> {
          var vector = (BigIntVector) batch.getVector(column);
          for (int i = 0; i < batch.getRowCount(); i++) {
            values.add(vector.get(i));
          }
        });
    return values;
  }

  /** Gives each data record's vectors, and closes them. */
  public static void forEachBatch(
      Collection<List<Entry>> attempts,
      BufferAllocator allocator,
      Consumer<VectorSchemaRoot> consumer) {
    for (List<Entry> attempt : attempts) {
      for (Entry entry : attempt) {
        try (VectorSchemaRoot batch = ArrowCodec.decode(entry.value(), allocator)) {
          consumer.accept(batch);
        }
      }
    }
  }
}
