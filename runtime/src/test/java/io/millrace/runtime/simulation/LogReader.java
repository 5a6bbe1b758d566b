package io.millrace.runtime.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;

/** Reads one TopicPartition of a simulated log, outside any group. */
final class LogReader extends MockConsumer<byte[], byte[]> {
  private static final int RECORDS = 10;

  private final SimulatedLog log;
  private TopicPartition name;
  private long position;

  LogReader(SimulatedLog log) {
    super("earliest");
    this.log = log;
  }

  private LogPartition partition() {
    return log.find(name).orElseThrow();
  }

  @Override
  public synchronized void assign(Collection<TopicPartition> names) {
    name = names.iterator().next();
    position = partition().start();
  }

  @Override
  public synchronized void seek(TopicPartition to, long offset) {
    position = offset;
  }

  @Override
  public synchronized void seekToBeginning(Collection<TopicPartition> names) {
    position = partition().start();
  }

  @Override
  public synchronized long position(TopicPartition of) {
    return position;
  }

  @Override
  public synchronized ConsumerRecords<byte[], byte[]> poll(Duration patience) {
    LogPartition partition = partition();
    if (position < partition.start() || position > partition.end()) {
      position = partition.start();
    }
    var records = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    position = partition.read(position, RECORDS, records);
    return new ConsumerRecords<>(
        records.isEmpty() ? Map.of() : Map.of(name, List.copyOf(records)),
        Map.of(name, new OffsetAndMetadata(position)));
  }

  @Override
  public synchronized Map<TopicPartition, Long> beginningOffsets(Collection<TopicPartition> names) {
    return Map.of(name, partition().start());
  }

  @Override
  public synchronized Map<TopicPartition, Long> endOffsets(Collection<TopicPartition> names) {
    return Map.of(name, partition().stableEnd());
  }

  @Override
  public synchronized Map<TopicPartition, OffsetAndTimestamp> offsetsForTimes(
      Map<TopicPartition, Long> times) {
    LogPartition partition = partition();
    long time = times.get(name);
    var found = new HashMap<TopicPartition, OffsetAndTimestamp>();
    for (long offset = partition.start(); offset < partition.end(); offset++) {
      ConsumerRecord<byte[], byte[]> record = partition.at(offset).record();
      if (record != null && record.timestamp() >= time) {
        found.put(name, new OffsetAndTimestamp(offset, record.timestamp()));
        break;
      }
    }
    found.putIfAbsent(name, null);
    return found;
  }

  @Override
  public void close(CloseOptions options) {}
}
