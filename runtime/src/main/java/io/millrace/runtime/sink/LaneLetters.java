package io.millrace.runtime.sink;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/**
 * The dead letters of one lane. The group's offset does not pass a record whose letter is not
 * written; where it had passed it before, since the record was found on reading again, it stays.
 */
final class LaneLetters {
  /** Writes dead letters. */
  interface Writer {
    /**
     * Writes the letter of the record at this offset as long as it is wanted; {@code written} hears
     * on another thread that it lies in its topic.
     */
    void write(
        LanePlace place, long offset, String reason, BooleanSupplier wanted, Runnable written);
  }

  private final LanePlace place;
  private final Inbox inbox;
  private final Writer letters;
  private final SinkEvents events;

  /** Offsets of records whose letters are not yet written: where each holds the group. */
  private final Map<Long, Long> unwritten = new HashMap<>();

  private long committable;
  private volatile boolean closed;

  LaneLetters(LanePlace place, Inbox inbox, Writer letters, SinkEvents events) {
    this.place = place;
    this.inbox = inbox;
    this.letters = letters;
    this.events = events;
  }

  /** Nobody can use the record at the offset. */
  void write(long offset, String reason) {
    events.badRecord(place.topic(), place.partition(), offset, reason);
    if (unwritten.putIfAbsent(offset, Math.max(offset, committable)) == null) {
      letters.write(
          place, offset, reason, () -> !closed, () -> inbox.post(() -> unwritten.remove(offset)));
    }
  }

  /** Nobody can use a record that lies in another TopicPartition: that lane's offset is its own. */
  void writeElsewhere(int partition, long offset, String reason) {
    events.badRecord(place.topic(), partition, offset, reason);
    letters.write(
        new LanePlace(place.topic(), place.topicId(), partition),
        offset,
        reason,
        () -> !closed,
        () -> {});
  }

  /** How far the group's offset may go, where all but letters lets it go that far. */
  long upTo(long offset) {
    committable = unwritten.values().stream().mapToLong(Long::longValue).reduce(offset, Math::min);
    return committable;
  }

  void close() {
    closed = true;
  }
}
