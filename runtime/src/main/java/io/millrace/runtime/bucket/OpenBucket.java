package io.millrace.runtime.bucket;

import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.runtime.bucket.ChangeRecord.Place;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** What a lane knows of one bucket. */
final class OpenBucket {
  enum State {
    UNKNOWN,
    FOLLOWING,
    BEHIND,
    HALTED,
    REFUSED
  }

  /** A record of the lane that no entry covers: the group's offset does not pass it. */
  private record Hold(Place place, Position after, Position last) {}

  private final Bucket bucket;
  private final Deque<Hold> holds = new ArrayDeque<>();
  private final Deque<ClosedCut> waiting = new ArrayDeque<>();
  private final Set<Place> unusable = new HashSet<>();

  State state = State.UNKNOWN;
  boolean fetching;
  boolean loading;

  private Optional<ChangeEntry> newest = Optional.empty();
  private int next;

  /** Where what was collected ends, without a gap. */
  private Position reached = Position.START;

  private Optional<Progress> progress = Optional.empty();
  private OpenCut cut;
  private String reason = "";

  /** By log time; a record of it or later looks once more for what was missing. */
  private long retryAt = Long.MAX_VALUE;

  private Duration retryAfter = Duration.ZERO;
  private long logTime;

  OpenBucket(Bucket bucket) {
    this.bucket = bucket;
  }

  Bucket bucket() {
    return bucket;
  }

  /** Where its chain ends, as far as is known. */
  Position stands() {
    return newest.map(entry -> entry.reach().last()).orElse(Position.START);
  }

  Position reached() {
    return reached;
  }

  /**
   * The chain's newest entry is known; nothing is collected. What is held beyond it is missing, if
   * there is any.
   */
  void begin(Optional<ChangeEntry> entry) {
    newest = entry;
    rewind();
    entry.ifPresent(this::stand);
    state = State.BEHIND;
    fetching = false;
  }

  /** What was collected behind the chain's end is forgotten. */
  void rewind() {
    waiting.clear();
    cut = null;
    loading = false;
    reached = stands();
    next = newest.map(entry -> entry.cut().number() + 1).orElse(0);
    progress = newest.map(entry -> entry.reach().progress());
  }

  /** An entry stands. */
  void stand(ChangeEntry entry) {
    newest = Optional.of(entry);
    while (!holds.isEmpty() && holds.peekFirst().last().compareTo(stands()) <= 0) {
      holds.removeFirst();
    }
  }

  void hold(ChangeRecord record) {
    logTime = Math.max(logTime, record.timestamp());
    holds.addLast(new Hold(record.place(), record.header().after(), record.header().last()));
  }

  /** The offset of the first record that no entry covers. */
  OptionalLong firstHeld() {
    return holds.stream().mapToLong(hold -> hold.place().offset()).findFirst();
  }

  /** Where the first record begins that was seen and could not be joined on. */
  Optional<Position> gapTo() {
    return holds.stream()
        .filter(hold -> hold.last().compareTo(reached) > 0)
        .map(Hold::after)
        .findFirst();
  }

  /** Nobody can use the record, for this reason: it is as if it were not there. */
  void leaveOut(ChangeRecord record, String why) {
    unusable.add(record.place());
    holds.removeIf(hold -> hold.place().equals(record.place()));
    reason = why;
  }

  /** Where records lie that nobody can use. */
  Set<Place> unusable() {
    return unusable;
  }

  /** Whether the record says anything that is not collected or loaded. */
  boolean isNews(ChangeRecord record) {
    int order = record.header().last().compareTo(reached);
    return order > 0
        || (order == 0 && record.header().rows() == 0 && (cut != null || turns(record)));
  }

  /** Whether nothing is missing between what was collected and the record. */
  boolean isNext(ChangeRecord record) {
    return record.header().after().compareTo(reached) <= 0;
  }

  /** Whether the record is the first of another RunInstance. */
  boolean turns(ChangeRecord record) {
    return progress.isEmpty() || !progress.get().run().equals(record.header().progress().run());
  }

  Optional<OpenCut> cut() {
    return Optional.ofNullable(cut);
  }

  OpenCut cutFor(ChangeRecord record) {
    if (cut == null) {
      cut = new OpenCut(bucket, next++, reached, record);
    }
    return cut;
  }

  void reach(ChangeRecord record) {
    reached = record.header().last();
    progress = Optional.of(record.header().progress());
  }

  void closeCut() {
    if (cut != null) {
      waiting.addLast(cut.close());
      cut = null;
    }
  }

  /** The next cut to be loaded, if none is. */
  Optional<ClosedCut> takeWaiting() {
    return loading ? Optional.empty() : Optional.ofNullable(waiting.pollFirst());
  }

  /** Whether more may be collected before some of it is loaded. */
  boolean hasRoom() {
    return waiting.isEmpty();
  }

  /** Halted, and nothing of it holds the offset; looks again after a while, if that is not zero. */
  void halt(String why, Duration lookAgainAfter) {
    state = State.HALTED;
    reason = reason.isEmpty() || reason.equals(why) ? why : why + ": " + reason;
    retryAfter = lookAgainAfter;
    retryAt = retryAfter.isZero() ? Long.MAX_VALUE : logTime + retryAfter.toMillis();
    holds.clear();
  }

  boolean mayRetry(ChangeRecord record) {
    return record.timestamp() >= retryAt;
  }

  /** How long to wait after another look in vain. */
  Duration nextRetryAfter(Duration first) {
    return retryAfter.isZero() ? first : retryAfter.multipliedBy(2);
  }

  void follow() {
    state = State.FOLLOWING;
    retryAfter = Duration.ZERO;
    reason = "";
  }

  String reason() {
    return reason;
  }
}
