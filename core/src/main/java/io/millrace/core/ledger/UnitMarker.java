package io.millrace.core.ledger;

import io.millrace.core.Attempt;
import io.millrace.core.Unit;

/**
 * Says that a unit is loaded, by whom, and what it became. The first marker of a unit is the only
 * one.
 *
 * @param unit what was loaded
 * @param planSize how many units its plan has
 * @param attempt the winning attempt
 * @param sourceRows the source's own count
 * @param staged the files
 * @param log where the attempt lies in the log
 * @param fingerprint of transforms and output settings
 */
public record UnitMarker(
    Unit unit,
    int planSize,
    Attempt attempt,
    long sourceRows,
    Staged staged,
    LogRange log,
    String fingerprint) {
  /** Rows of the attempt that the transforms left out. */
  public long filteredRows() {
    return log.rows() - staged.rows();
  }
}
