package io.millrace.runtime.lane;

import io.millrace.core.Unit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
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
  private final Map<String, AttemptEnd> toReread = new LinkedHashMap<>();

  /** The first offset that must not be passed while the unit is live. */
  long first;

  /** Log time at which a batch of it was last seen. */
  long lastSeen;

  State state = State.ASKED;

  /** The first attempt found complete, once there is one. */
  OpenAttempt winner;

  /** The attempt that is being loaded or read again. */
  String busyWith = "";

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
  }

  /** Takes all attempts out: what is kept of them goes. */
  List<OpenAttempt> takeAttempts() {
    var taken = new ArrayList<>(attempts.values());
    attempts.clear();
    winner = null;
    return taken;
  }

  /** This attempt will never be loaded. */
  void bury(String nonce) {
    attempts.remove(nonce);
    toReread.remove(nonce);
    dead.add(nonce);
  }

  boolean isDead(String nonce) {
    return dead.contains(nonce);
  }

  /** Whether an attempt of it proved to be of no use. */
  boolean hasDead() {
    return !dead.isEmpty();
  }

  /** The attempt ended, and its records are not all kept. */
  void rereadLater(AttemptEnd end) {
    toReread.putIfAbsent(end.key().nonce(), end);
  }

  /** The attempt to read again next, the one that ended first. */
  Optional<AttemptEnd> takeReread() {
    var first = toReread.values().stream().findFirst();
    first.ifPresent(end -> toReread.remove(end.key().nonce()));
    return first;
  }
}
