package io.millrace.runtime.bucket;

import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.core.ledger.ChangeEntry.Reach;
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

  private final Bucket bucket;

  /** Records of the lane that no entry covers: the group's offset does not pass them. */
  private final Deque<ChangeRecord> holds = new ArrayDeque<>();

  private final Deque<ClosedCut> waiting = new ArrayDeque<>();
  private final Set<Place> unusable = new HashSet<>();

  State state = State.UNKNOWN;
  boolean fetching;
  boolean loading;

  /** Whether what the log has behind the chain's end is looked for although nothing is held. */
  boolean catchingUp;

  private Optional<ChangeEntry> newest = Optional.empty();
  private int next;

  /** Where what was collected ends, without a gap. */
  private Position reached = Position.START;

  private Optional<Progress> progress = Optional.empty();
  private OpenCut cut;
  private String reason = "";

  /** Why a record of it cannot be used, if there is one. */
  private String cause = "";

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
    catchingUp = false;
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
    while (!holds.isEmpty() && holds.peekFirst().header().last().compareTo(stands()) <= 0) {
      holds.removeFirst();
    }
  }

  void hold(ChangeRecord record) {
    logTime = Math.max(logTime, record.timestamp());
    holds.addLast(record);
  }

  /** The offset of the first record that no entry covers. */
  OptionalLong firstHeld() {
    return holds.stream().mapToLong(ChangeRecord::offset).findFirst();
  }

  /** The first record that was seen and could not be joined on. */
  Optional<ChangeRecord> apart() {
    return holds.stream().filter(hold -> hold.header().last().compareTo(reached) > 0).findFirst();
  }

  /** The entry that would go on with this record, without what is missing before it. */
  BucketAction.Miss missingBefore(ChangeRecord record, String why) {
    Progress come = progress.orElse(record.header().progress());
    return new BucketAction.Miss(
        new Cut(bucket, next, come.run()),
        new Reach(reached, record.header().after(), come, 0),
        record,
        why);
  }

  /** Nobody can use the record, for this reason: it is as if it were not there. */
  void leaveOut(ChangeRecord record, String why) {
    unusable.add(record.place());
    holds.removeIf(hold -> hold.place().equals(record.place()));
    cause = why;
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

  /** Whether nothing of it is being looked up, fetched or loaded, or about to be. */
  boolean isIdle() {
    return state != State.UNKNOWN && !fetching && !loading && waiting.isEmpty();
  }

  /** Whether more may be collected before some of it is loaded. */
  boolean hasRoom() {
    return waiting.isEmpty();
  }

  /** Halted, and nothing of it holds the offset; looks again after a while, if that is not zero. */
  void halt(String why, Duration lookAgainAfter) {
    state = State.HALTED;
    reason = cause.isEmpty() ? why : why + ": " + cause;
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
    cause = "";
  }

  String reason() {
    return reason;
  }
}
