package io.millrace.runtime.lane;

import io.millrace.core.Unit;

/** What a lane wants done. Actions of one call are done in order. */
public sealed interface LaneAction {
  /**
   * Ask the ledger about the unit and, if it is to be loaded, make its plan known as open; the
   * answer goes to {@link LaneWorker#answer}. Until then no offset passes the unit.
   */
  record LookUp(Unit unit, int planSize) implements LaneAction {}

  /**
   * Keep the record's value, the partition-end's too (it lies at the sequence after the last
   * batch).
   */
  record Keep(AttemptKey attempt, int sequence) implements LaneAction {}

  /** The record's value is of no use. */
  record Drop(AttemptKey attempt, String reason) implements LaneAction {}

  /** The record at the offset is of no use to anyone: it goes to the dead letters. */
  record DeadLetter(long offset, String reason) implements LaneAction {}

  /** What was kept of the attempt goes. */
  record Discard(AttemptKey attempt, String reason) implements LaneAction {}

  /**
   * Load the complete attempt from what was kept, which is the lane's no more; the outcome goes to
   * {@link LaneWorker#loaded} or {@link LaneWorker#failed}.
   */
  record Load(AttemptEnd end) implements LaneAction {}

  /**
   * Read the attempt from the log once more, whole, and load it; the outcome goes to {@link
   * LaneWorker#loaded} or {@link LaneWorker#failed}.
   *
   * @param through offset of the last record that may belong to it
   */
  record Reread(AttemptEnd end, long through) implements LaneAction {}

  /** The unit is parked: nobody waits for it, but its end brings it back. */
  record Park(Unit unit, String reason) implements LaneAction {}

  /** The unit cannot be loaded from what the log holds; a new attempt brings it back. */
  record Hold(Unit unit, String reason) implements LaneAction {}
}
