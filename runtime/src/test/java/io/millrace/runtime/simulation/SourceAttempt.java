package io.millrace.runtime.simulation;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.Unit;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.Reading;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One reading of a Partition: what a source has to send, and what of it has come to stand. */
final class SourceAttempt {
  /** What is wrong with it. */
  enum Flaw {
    NONE,
    /** One of its batches is never sent. */
    SHORT_READ,
    /** Its end announces a row more than there are. */
    MISCOUNT,
    /** One of its batches is not Arrow, though all counts and checksums agree. */
    GARBLED
  }

  /** A row's id says which attempt it is of, so that rows of two attempts can never be mixed up. */
  private static final int IDS = 100;

  private final Reading reading;
  private final Flaw flaw;
  private final List<byte[]> values = new ArrayList<>();
  private final List<Integer> counts = new ArrayList<>();
  private final List<Long> rows = new ArrayList<>();
  private final BitSet visible = new BitSet();
  private final Map<LogPartition, Map<Integer, Long>> places = new LinkedHashMap<>();
  private int next;
  private boolean gaveUp;
  private boolean excused;

  /**
   * An attempt that has sent nothing yet.
   *
   * @param number tells it from all others of the world
   * @param sizes rows of each batch
   */
  SourceAttempt(
      int number, Unit unit, int planSize, Instant startedAt, List<Integer> sizes, Flaw flaw) {
    var attempt = new Attempt(1, "n" + number, startedAt);
    this.reading = new Reading(unit, planSize, new Bounds.Everything(), attempt);
    this.flaw = flaw;
    long id = (long) number * IDS;
    for (int size : sizes) {
      boolean garbled = flaw == Flaw.GARBLED && values.isEmpty();
      values.add(garbled ? Values.GARBLED : Values.batch(id, size));
      counts.add(size);
      for (int i = 0; i < size; i++) {
        rows.add(id++);
      }
    }
  }

  Unit unit() {
    return reading.unit();
  }

  String nonce() {
    return reading.attempt().nonce();
  }

  /** How many batches it has. */
  int batches() {
    return values.size();
  }

  /** The ids of its rows. */
  List<Long> rows() {
    return rows;
  }

  /** The sequence to be sent next; beyond {@link #batches} when all is sent. */
  int next() {
    return next;
  }

  void sentNext() {
    next++;
  }

  boolean isDone() {
    return gaveUp || next > batches();
  }

  /** Whether it sent so much that something can be sent twice. */
  boolean hasSent() {
    return next > 0;
  }

  /** Never sends this batch. */
  boolean leavesOut(int sequence) {
    return flaw == Flaw.SHORT_READ && sequence == batches() / 2 && sequence < batches();
  }

  BatchHeader header(int sequence) {
    if (sequence < batches()) {
      return new BatchHeader.Data(reading, sequence, Values.FINGERPRINT, counts.get(sequence));
    }
    var checksum = new AttemptChecksum();
    values.forEach(value -> checksum.add(AttemptChecksum.of(ByteBuffer.wrap(value))));
    int more = flaw == Flaw.MISCOUNT ? 1 : 0;
    return new BatchHeader.PartitionEnd(
        reading, batches(), Values.FINGERPRINT, rows.size() + more, checksum.value());
  }

  /** What a source says that cannot go on. */
  BatchHeader giveUp() {
    gaveUp = true;
    return new BatchHeader.PartitionFailed(
        reading, Math.min(next, batches()), Values.FINGERPRINT, "the connection was lost");
  }

  byte[] value(int sequence) {
    return sequence < batches() ? values.get(sequence) : Values.END;
  }

  /** The record stands at this offset for those who read what is committed. */
  void stands(int sequence, LogPartition partition, long offset) {
    visible.set(sequence);
    places.computeIfAbsent(partition, p -> new LinkedHashMap<>()).put(sequence, offset);
  }

  /** Whether every record of it has come to stand, and nothing is wrong with them. */
  boolean isWhole() {
    return isSound() && visible.cardinality() == batches() + 1;
  }

  /** Whether its counts are true and its batches readable. */
  boolean isSound() {
    return flaw == Flaw.NONE || (flaw == Flaw.SHORT_READ && batches() == 0);
  }

  /** Something happened to the log or the group that nobody promises to survive. */
  void excuse() {
    excused = true;
  }

  boolean isExcused() {
    return excused;
  }

  /** Whether whoever reads the log must be able to load it, though no lane may have all of it. */
  boolean mustLoad(SimulatedLog log) {
    return !excused && isWhole() && standing(log).cardinality() == batches() + 1;
  }

  /**
   * The same for whoever reads one TopicPartition alone, once: its end is the last of its records.
   */
  boolean mustLoadFromOneLane(SimulatedLog log) {
    return mustLoad(log)
        && places.entrySet().stream()
            .anyMatch(
                place ->
                    standing(log, place.getKey()).cardinality() == batches() + 1
                        && place.getValue().get(batches())
                            == Collections.max(place.getValue().values()).longValue());
  }

  /** The sequences that stand in the log as it is now. */
  private BitSet standing(SimulatedLog log) {
    var all = new BitSet();
    places.keySet().forEach(place -> all.or(standing(log, place)));
    return all;
  }

  private BitSet standing(SimulatedLog log, LogPartition place) {
    var standing = new BitSet();
    if (log.find(place.name()).filter(place::equals).isPresent()) {
      places
          .get(place)
          .forEach((sequence, offset) -> standing.set(sequence, offset >= place.start()));
    }
    return standing;
  }

  /** Whether its end stands there. */
  boolean endsAt(String topicId, int partition, long offset) {
    LogPartition log = place(topicId, partition);
    return log != null
        && log.at(offset).attempt() == this
        && log.at(offset).sequence() == batches();
  }

  /** Whether one of its records stands there. */
  boolean hasRecordAt(String topicId, int partition, long offset) {
    LogPartition log = place(topicId, partition);
    return log != null && log.at(offset).attempt() == this && log.at(offset).sequence() >= 0;
  }

  private LogPartition place(String topicId, int partition) {
    return places.keySet().stream()
        .filter(log -> log.topicId().equals(topicId) && log.name().partition() == partition)
        .findAny()
        .orElse(null);
  }

  @Override
  public String toString() {
    return unit() + " attempt " + nonce();
  }
}
