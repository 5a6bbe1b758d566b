package io.millrace.connect.round;

import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.Bounds;
import io.millrace.core.RunId;
import java.util.Optional;

/**
 * One Partition of a round.
 *
 * @param slot its number in the round
 * @param of whose rows
 * @param run the RunInstance
 * @param planSize how many Partitions the run's plan has
 * @param window which rows of the table are the run's
 * @param partition which of those
 * @param failureOrNull why it cannot be read, if that is known already
 */
public record RoundUnit(
    int slot,
    SlotUnit of,
    RunId run,
    int planSize,
    Bounds window,
    PlannedPartition partition,
    String failureOrNull) {
  public Optional<String> failure() {
    return Optional.ofNullable(failureOrNull);
  }

  /** The same, known to be of no use. */
  public RoundUnit failed(String reason) {
    return new RoundUnit(slot, of, run, planSize, window, partition, reason);
  }
}
