package io.millrace.core.ledger;

import io.millrace.core.Attempt;
import io.millrace.core.Unit;
import io.millrace.core.change.SnapshotPoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

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
 * @param abandoned why an operator decided that the unit shall not be loaded; empty if it was
 * @param pointOrNull where the plan stands among the changes of its table, if it says so
 */
public record UnitMarker(
    Unit unit,
    int planSize,
    Attempt attempt,
    long sourceRows,
    Staged staged,
    LogRange log,
    String fingerprint,
    String abandoned,
    SnapshotPoint pointOrNull) {

  /** The marker of a loaded unit. */
  public UnitMarker(
      Unit unit,
      int planSize,
      Attempt attempt,
      long sourceRows,
      Staged staged,
      LogRange log,
      String fingerprint) {
    this(unit, planSize, attempt, sourceRows, staged, log, fingerprint, "", null);
  }

  /**
   * The marker of a unit that shall not be loaded: its plan goes on without its rows.
   *
   * @param writer a nonce that is this marker's alone
   * @param reason why, in the operator's words; not empty
   */
  public static UnitMarker abandoned(
      Unit unit, int planSize, String writer, String reason, Instant at) {
    return new UnitMarker(
        unit,
        planSize,
        new Attempt(1, "abandoned", at),
        0,
        new Staged(writer, List.of()),
        new LogRange("", "", -1, -1, -1, -1, 0),
        "",
        reason,
        null);
  }

  /** The same marker, of a plan that stands there among the changes of its table. */
  public UnitMarker at(SnapshotPoint point) {
    return new UnitMarker(
        unit, planSize, attempt, sourceRows, staged, log, fingerprint, abandoned, point);
  }

  /** Where the plan stands among the changes of its table. */
  public Optional<SnapshotPoint> point() {
    return Optional.ofNullable(pointOrNull);
  }

  /** Whether an operator decided that the unit shall not be loaded. */
  public boolean isAbandoned() {
    return !abandoned.isEmpty();
  }

  /** Rows of the attempt that the transforms left out. */
  public long filteredRows() {
    return log.rows() - staged.rows();
  }
}
