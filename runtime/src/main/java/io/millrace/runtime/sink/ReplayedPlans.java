package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.Reading;
import io.millrace.runtime.lane.AttemptKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Gives the records of the selected plans the name they have in a replay, passes over all others,
 * and remembers what it saw. Thread-safe.
 */
final class ReplayedPlans implements HeaderReader {
  /** A plan as far as its records have been seen. */
  record Seen(int size, Set<String> partitions) {}

  private final ReplayScope scope;
  private final ConcurrentMap<PlannedRun, Seen> seen = new ConcurrentHashMap<>();

  /** Where each attempt was seen first. */
  private final ConcurrentMap<AttemptKey, TopicPartition> places = new ConcurrentHashMap<>();

  private final Set<PlannedRun> split = ConcurrentHashMap.newKeySet();

  ReplayedPlans(ReplayScope scope) {
    this.scope = scope;
  }

  /** Reads the headers of a lane up to an offset. */
  HeaderReader until(long end) {
    return record -> record.offset() < end ? read(record) : Optional.empty();
  }

  @Override
  public Optional<BatchHeader> read(ConsumerRecord<byte[], byte[]> record) {
    BatchHeader header = RecordHeaders.decode(record.headers());
    Unit unit = header.reading().unit();
    if (!scope.plans().test(unit.plannedRun())) {
      return Optional.empty();
    }
    BatchHeader named = renamed(header);
    PlannedRun name = named.reading().unit().plannedRun();
    seen.computeIfAbsent(
            name, plan -> new Seen(header.reading().planSize(), ConcurrentHashMap.newKeySet()))
        .partitions()
        .add(unit.partition());
    var place = new TopicPartition(record.topic(), record.partition());
    TopicPartition first = places.putIfAbsent(AttemptKey.of(named.reading()), place);
    if (first != null && !first.equals(place)) {
      split.add(name);
    }
    return Optional.of(named);
  }

  private BatchHeader renamed(BatchHeader header) {
    Reading was = header.reading();
    Unit unit = was.unit().replayed(scope.number());
    var reading = new Reading(unit, was.planSize(), was.bounds(), was.attempt());
    if (header instanceof BatchHeader.Data data) {
      return new BatchHeader.Data(reading, data.sequence(), data.schema(), data.rows());
    } else if (header instanceof BatchHeader.PartitionEnd end) {
      return new BatchHeader.PartitionEnd(
          reading, end.sequence(), end.schema(), end.rows(), end.checksum());
    }
    var failed = (BatchHeader.PartitionFailed) header;
    return new BatchHeader.PartitionFailed(
        reading, failed.sequence(), failed.schema(), failed.reason());
  }

  /** The plans seen so far under their new names, in the order of these. */
  List<PlannedRun> names() {
    var names = new ArrayList<>(seen.keySet());
    names.sort(Comparator.comparing(PlannedRun::toString));
    return names;
  }

  /** How many units they have together. */
  int units() {
    return seen.values().stream().mapToInt(Seen::size).sum();
  }

  /**
   * Whether records of one attempt lie in several TopicPartitions, so that no lane has all of them.
   */
  boolean isSplit(PlannedRun name) {
    return split.contains(name);
  }

  /** What was seen of one of them. */
  Seen seen(PlannedRun name) {
    return seen.get(name);
  }
}
