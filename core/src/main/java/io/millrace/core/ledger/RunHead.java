package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;
import java.util.List;

/**
 * Decides for a whole run which plan readers see.
 *
 * @param plan the plan
 * @param number 0 for the run's first head, one more for each after it
 * @param units how many units the plan has
 * @param rows rows in the files of all units
 * @param sourceRows rows as the source counted them
 * @param abandonedUnits how many of the units were abandoned
 * @param fingerprints how many different settings the others were loaded with
 */
public record RunHead(
    PlannedRun plan,
    int number,
    int units,
    long rows,
    long sourceRows,
    int abandonedUnits,
    int fingerprints) {
  /** The head of a plan whose units are all loaded with the same settings. */
  public RunHead(PlannedRun plan, int number, int units, long rows, long sourceRows) {
    this(plan, number, units, rows, sourceRows, 0, 1);
  }

  /**
   * The head that a plan gets.
   *
   * @param markers those of all its units
   */
  public static RunHead of(PlannedRun plan, int number, List<UnitMarker> markers) {
    return new RunHead(
        plan,
        number,
        markers.size(),
        markers.stream().mapToLong(marker -> marker.staged().rows()).sum(),
        markers.stream().mapToLong(UnitMarker::sourceRows).sum(),
        (int) markers.stream().filter(UnitMarker::isAbandoned).count(),
        (int)
            markers.stream()
                .filter(marker -> !marker.isAbandoned())
                .map(UnitMarker::fingerprint)
                .distinct()
                .count());
  }
}
