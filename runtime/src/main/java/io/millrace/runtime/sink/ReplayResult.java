package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import java.util.List;
import java.util.Map;

/**
 * What came of a replay.
 *
 * @param unitsLoaded units it loaded
 * @param unitsSkipped units that were loaded, or whose runs were decided, before it came to them
 * @param plans every selected plan with a record in the range, in the order of their names
 */
public record ReplayResult(long unitsLoaded, long unitsSkipped, List<PlanResult> plans) {
  /**
   * One plan.
   *
   * @param plan the plan under its new name
   * @param state how far it has come
   * @param missing partitions with records in the range and no complete attempt, each with the
   *     reason; empty unless the plan is {@link PlanState.Loading}
   * @param unseen how many of its units are neither loaded nor have a record in the range
   */
  public record PlanResult(
      OpenPlan plan, PlanState state, Map<String, String> missing, int unseen) {
    /** Whether units are missing. */
    public boolean isShort() {
      return state instanceof PlanState.Loading;
    }

    /** The plan as its source named it. */
    public PlannedRun sourcePlan() {
      return plan.plan().replayed(0);
    }
  }

  /** Whether every plan is whole, or a later one has taken its place. */
  public boolean isWhole() {
    return plans.stream().noneMatch(PlanResult::isShort);
  }
}
