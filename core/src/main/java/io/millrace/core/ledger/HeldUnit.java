package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import java.time.Instant;

/**
 * A unit that cannot be loaded from what the log holds, as somebody noted who tried: for people,
 * and for whoever waits for the plan. It may be loaded after all; its marker has the last word.
 *
 * @param plan the unit's plan
 * @param partition the unit's Partition; empty where units are missing whose names nobody knows
 * @param reason why
 * @param at when it was noted
 */
public record HeldUnit(PlannedRun plan, String partition, String reason, Instant at) {
  private static final String NAMELESS = "(some)";

  /** The unit; with a made-up name where nobody knows it. */
  public Unit unit() {
    return plan.unit(partition.isEmpty() ? NAMELESS : partition);
  }
}
