package io.millrace.runtime.simulation;

import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.core.wire.ChangeHeaderCodec;
import io.millrace.core.wire.HeaderCodec;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;

/** The topics of a pipeline: partitions are added, logs truncated, topics made anew. */
final class SimulatedLog {
  private final SimulatedClock clock;
  private final Map<String, List<LogPartition>> topics = new LinkedHashMap<>();
  private int ids;

  SimulatedLog(SimulatedClock clock) {
    this.clock = clock;
  }

  /** Makes a topic, or makes it anew: another id, nothing in it. */
  void create(String topic, int partitions) {
    topics.put(topic, new ArrayList<>());
    ids++;
    for (int i = 0; i < partitions; i++) {
      add(topic, "topic-" + ids);
    }
  }

  /** One more TopicPartition: keys move from now on. */
  void addPartition(String topic) {
    add(topic, topics.get(topic).get(0).topicId());
  }

  private void add(String topic, String id) {
    List<LogPartition> partitions = topics.get(topic);
    partitions.add(new LogPartition(new TopicPartition(topic, partitions.size()), id));
  }

  List<LogPartition> partitions(String topic) {
    return topics.get(topic);
  }

  /** All TopicPartitions there are, in order of their names. */
  List<LogPartition> partitions() {
    return topics.values().stream().flatMap(List::stream).toList();
  }

  Optional<LogPartition> find(TopicPartition name) {
    List<LogPartition> partitions = topics.get(name.topic());
    return name.partition() < partitions.size()
        ? Optional.of(partitions.get(name.partition()))
        : Optional.empty();
  }

  Map<String, String> ids(Set<String> names) {
    var found = new HashMap<String, String>();
    names.forEach(name -> found.put(name, topics.get(name).get(0).topicId()));
    return found;
  }

  /** Appends a record of an attempt where its key leads; says where. */
  LogPartition append(
      SourceAttempt attempt, int sequence, BatchHeader header, byte[] value, Transaction in) {
    LogPartition to =
        partition(header.reading().unit().stream().topic(), header.reading().recordKey());
    RecordHeaders headers = RecordTexts.headers(HeaderCodec.encode(header));
    to.append(new LogEntry(record(to, headers, value), attempt, sequence, null, in));
    return to;
  }

  /** Appends a record of changes where its bucket leads. */
  void append(ChangeHeader header, byte[] value, Transaction in) {
    LogPartition to =
        partition(header.bucket().stream().changesTopic(), header.bucket().recordKey());
    RecordHeaders headers = RecordTexts.headers(ChangeHeaderCodec.encode(header));
    to.append(new LogEntry(record(to, headers, value), null, -1, header, in));
  }

  private LogPartition partition(String topic, String key) {
    List<LogPartition> partitions = topics.get(topic);
    return partitions.get(Math.floorMod(key.hashCode(), partitions.size()));
  }

  /** Appends what no source of ours sends. */
  void appendJunk(LogPartition to) {
    byte[] value = "junk".getBytes(StandardCharsets.UTF_8);
    to.append(new LogEntry(record(to, new RecordHeaders(), value), null, -1, null, null));
  }

  private ConsumerRecord<byte[], byte[]> record(
      LogPartition to, RecordHeaders headers, byte[] value) {
    return new ConsumerRecord<>(
        to.name().topic(),
        to.name().partition(),
        to.end(),
        clock.millis(),
        TimestampType.CREATE_TIME,
        0,
        value.length,
        null,
        value,
        headers,
        Optional.of(1));
  }
}
