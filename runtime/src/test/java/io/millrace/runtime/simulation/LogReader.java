package io.millrace.runtime.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** Reads a simulated log outside any group. */
class LogReader extends MockConsumer<byte[], byte[]> {
  private static final int RECORDS = 10;

  private final SimulatedLog log;
  private final Map<TopicPartition, Long> positions = new LinkedHashMap<>();
  private final Set<TopicPartition> paused = new LinkedHashSet<>();

  LogReader(SimulatedLog log) {
    super("earliest");
    this.log = log;
  }

  private LogPartition partition(TopicPartition name) {
    return log.find(name).orElseThrow();
  }

  @Override
  public synchronized void assign(Collection<TopicPartition> names) {
    positions.clear();
    seekToBeginning(names);
  }

  @Override
  public synchronized void seek(TopicPartition to, long offset) {
    positions.put(to, offset);
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> names) {
    names.forEach(name -> positions.put(name, partition(name).start()));
  }

  @Override
  public synchronized long position(TopicPartition of) {
    return positions.get(of);
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    var records = new LinkedHashMap<TopicPartition, List<ConsumerRecord<byte[], byte[]>>>();
    var next = new LinkedHashMap<TopicPartition, OffsetAndMetadata>();
    for (var place : positions.entrySet()) {
      TopicPartition name = place.getKey();
      if (!paused.contains(name)) {
        LogPartition partition = partition(name);
        long from = place.getValue();
        if (from < partition.start() || from > partition.end()) {
          from = partition.start();
        }
        var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
        place.setValue(partition.read(from, RECORDS, found));
        next.put(name, new OffsetAndMetadata(place.getValue()));
        if (!found.isEmpty()) {
          records.put(name, found);
        }
      }
    }
    return new ConsumerRecords<>(records, next);
  }

  @Override
  public synchronized List<PartitionInfo> partitionsFor(String topic) {
    return log.partitions().stream()
        .map(LogPartition::name)
        .filter(name -> name.topic().equals(topic))
        .map(name -> new PartitionInfo(topic, name.partition(), null, null, null))
        .toList();
  }

  @Override
  public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> names) {
    var offsets = new HashMap<TopicPartition, Long>();
    names.forEach(name -> offsets.put(name, partition(name).start()));
    return offsets;
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> names) {
    var offsets = new HashMap<TopicPartition, Long>();
    names.forEach(name -> offsets.put(name, partition(name).stableEnd()));
    return offsets;
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times) {
    var found = new HashMap<TopicPartition, OffsetAndTimestamp>();
    times.forEach((name, time) -> found.put(name, firstSince(partition(name), time)));
    return found;
  }

  /** Where the first record of the time or later lies; null if there is none. */
  private static OffsetAndTimestamp firstSince(LogPartition partition, long time) {
    for (long offset = partition.start(); offset < partition.end(); offset++) {
      ConsumerRecord<byte[], byte[]> record = partition.at(offset).record();
      if (record != null && record.timestamp() >= time) {
        return new OffsetAndTimestamp(offset, record.timestamp());
      }
    }
    return null;
  }

  @Override
  public synchronized Set<TopicPartition> assignment() {
    return Set.copyOf(positions.keySet());
  }

  @Override
  public synchronized void pause(Collection<TopicPartition> names) {
    paused.addAll(names);
  }

  @Override
  public synchronized void resume(Collection<TopicPartition> names) {
    paused.removeAll(List.copyOf(names));
  }

  @Override
  public synchronized Set<TopicPartition> paused() {
    return Set.copyOf(paused);
  }

  @Override
  public synchronized OptionalLong currentLag(TopicPartition name) {
    return OptionalLong.empty();
  }

  @Override
  public void close(CloseOptions options) {}

  @Override
  public void close() {}
}
