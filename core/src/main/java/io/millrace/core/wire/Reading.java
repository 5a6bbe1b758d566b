package io.millrace.core.wire;

import io.millrace.core.Attempt;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.Unit;
import io.millrace.core.change.SnapshotPoint;
import java.util.Optional;

/**
 * What all records of one reading of a Partition have in common.
 *
 * @param unit what is read
 * @param planSize how many Partitions the unit's plan has, at least 1
 * @param bounds what the Partition means
 * @param attempt which reading of it this is
 * @param pointOrNull where the plan's snapshot stands among the stream's changes; null if these are
 *     not read
 */
public record Reading(
    Unit unit, int planSize, Bounds bounds, Attempt attempt, SnapshotPoint pointOrNull) {
  /** A reading of a stream whose changes are not read. */
  public Reading(Unit unit, int planSize, Bounds bounds, Attempt attempt) {
    this(unit, planSize, bounds, attempt, null);
  }

  public Reading {
    if (planSize < 1) {
      throw MillraceException.data("Cannot use plan size %d: it starts at 1".formatted(planSize));
    }
  }

  /** Where the plan's snapshot stands among the stream's changes, if these are read, too. */
  public Optional<SnapshotPoint> point() {
    return Optional.ofNullable(pointOrNull);
  }

  /** The key of every record of this reading: keeps them in one TopicPartition, in order. */
  public String recordKey() {
    return unit.run() + "/" + unit.partition();
  }
}
