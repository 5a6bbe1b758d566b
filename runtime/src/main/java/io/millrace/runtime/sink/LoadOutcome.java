package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.ledger.UnitMarker;
import java.util.OptionalLong;

/** What became of a {@link LoadRequest}. */
sealed interface LoadOutcome {
  /** The unit is loaded, by us. */
  record Loaded(UnitMarker marker) implements LoadOutcome {}

  /** The unit was loaded by another before; what we staged is deleted. */
  record Lost(Unit unit) implements LoadOutcome {}

  /**
   * The attempt's values are not what they should be, whoever tries and however often.
   *
   * @param record offset of the record at fault; empty if one is missing
   */
  record Unreadable(Unit unit, String reason, OptionalLong record) implements LoadOutcome {}
}
