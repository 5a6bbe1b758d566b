package io.millrace.core.change;

import io.millrace.core.PlanId;

/**
 * Where a snapshot stands among the changes of the same table: it shows all of those up to a
 * position, and none after it.
 *
 * @param generation the id of the generation that the position belongs to
 * @param position the last position that the snapshot may show
 */
public record SnapshotPoint(PlanId generation, Position position) {}
