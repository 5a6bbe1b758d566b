package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.ledger.UnitMarker;

/** What became of a {@link LoadRequest}. */
sealed interface LoadOutcome {
  /** The unit is loaded, by us. */
  record Loaded(UnitMarker marker) implements LoadOutcome {}

  /** The unit was loaded by another before; what we staged is deleted. */
  record Lost(Unit unit) implements LoadOutcome {}

  /** The attempt's values are not what they should be, whoever tries and however often. */
  record Unreadable(Unit unit, String reason) implements LoadOutcome {}
}
