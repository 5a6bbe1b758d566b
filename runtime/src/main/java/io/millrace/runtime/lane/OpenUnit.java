package io.millrace.runtime.lane;

import io.millrace.core.Unit;
import io.millrace.core.wire.BatchHeader;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A unit that is not loaded yet, as a lane knows it. {@link LaneWorker} moves its state. */
final class OpenUnit {
  /** Where a unit stands; the table in {@link LaneWorker} says what leads where. */
  enum State {
    ASKED,
    COLLECTING,
    LOADING,
    REREADING,
    PARKED,
    HELD
  }

  private final Unit id;
  private final Map<String, OpenAttempt> attempts = new LinkedHashMap<>();
  private final Set<String> seen = new HashSet<>();
  private final Set<String> dead = new HashSet<>();

  /** Of attempts whose records are not all kept. */
  private final Map<String, AttemptEnd> ends = new HashMap<>();

  private final Set<String> toReread = new LinkedHashSet<>();

  /** The first offset that must not be passed while the unit is live. */
  long first;

  /** Log time at which a batch of it was last seen. */
  long lastSeen;

  State state = State.ASKED;

  /** The first attempt found complete, once there is one. */
  OpenAttempt winner;

  /** The attempt that is being loaded or read again. */
  String busyWith = "";

  /** Whether an attempt has failed it; the reason is why the last one did. */
  boolean failed;

  /** Why it is parked or held. */
  String reason = "";

  OpenUnit(Unit id) {
    this.id = id;
  }

  Unit id() {
    return id;
  }

  /** Whether its fate is in the hands of a writer. */
  boolean isBusy() {
    return state == State.LOADING || state == State.REREADING;
  }

  /** Notes that a record of the attempt came; says whether it is the first one. */
  boolean see(String nonce) {
    return seen.add(nonce);
  }

  /** The attempt the record belongs to, a new one if it is the first of it. */
  OpenAttempt attempt(LaneRecord record) {
    return attempts.computeIfAbsent(
        record.header().reading().attempt().nonce(), nonce -> new OpenAttempt(record));
  }

  boolean hasAttempts() {
    return !attempts.isEmpty();
  }

  /** The attempt is another's from now on. */
  void handOver(OpenAttempt attempt) {
    attempts.remove(attempt.key().nonce());
    winner = winner == attempt ? null : winner;
  }

  /** Takes all attempts out: what is kept of them goes. Those that ended can be read again. */
  List<OpenAttempt> takeAttempts() {
    return takeAttempts(Instant.MAX);
  }

  /** The same with the attempts that began before this. */
  List<OpenAttempt> takeAttempts(Instant before) {
    List<OpenAttempt> taken =
        attempts.values().stream().filter(attempt -> attempt.began().isBefore(before)).toList();
    for (OpenAttempt attempt : taken) {
      handOver(attempt);
      attempt.end().ifPresent(this::ended);
    }
    return taken;
  }

  /** This attempt will never be loaded. */
  void bury(String nonce) {
    if (attempts.remove(nonce) == winner) {
      winner = null;
    }
    ends.remove(nonce);
    toReread.remove(nonce);
    dead.add(nonce);
    failed = true;
  }

  boolean isDead(String nonce) {
    return dead.contains(nonce);
  }

  /** An attempt ended whose records are not all kept. */
  void ended(AttemptEnd end) {
    ends.putIfAbsent(end.key().nonce(), end);
    toReread.add(end.key().nonce());
  }

  /**
   * A record came of an attempt whose records are not all kept: if its end is known, reading it
   * again may find it whole.
   */
  boolean rereadIfEnded(String nonce) {
    if (attempts.containsKey(nonce) || !ends.containsKey(nonce)) {
      return false;
    }
    toReread.add(nonce);
    return true;
  }

  /**
   * A record came that is not kept; says whether the attempt can be read again because of it: it is
   * its end, or one more record of it.
   */
  boolean rereadLater(LaneRecord record) {
    if (record.header() instanceof BatchHeader.PartitionEnd end) {
      ended(new AttemptEnd(end, record.offset(), record.leaderEpoch()));
      return true;
    }
    return rereadIfEnded(record.header().reading().attempt().nonce());
  }

  /** The attempt to read again next. */
  Optional<AttemptEnd> toReread() {
    return toReread.stream().findFirst().map(ends::get);
  }

  /**
   * The attempt is read again from now on: what was seen of it so far is no reason to do it twice.
   */
  void rereading(AttemptEnd end) {
    state = State.REREADING;
    busyWith = end.key().nonce();
    toReread.remove(busyWith);
  }
}
