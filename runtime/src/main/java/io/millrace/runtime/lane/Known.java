package io.millrace.runtime.lane;

import io.millrace.core.PlanId;

/** What the ledger says about a unit. */
public sealed interface Known {
  /** The unit has a marker. */
  record Loaded() implements Known {}

  /** The head of the unit's run names this plan, which is the unit's own or a later one. */
  record Decided(PlanId head) implements Known {}

  /** Neither; and the unit's plan is now known to the ledger as open. */
  record Open() implements Known {}
}
