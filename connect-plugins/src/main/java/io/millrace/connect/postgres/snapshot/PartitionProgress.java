package io.millrace.connect.postgres.snapshot;

import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How far a Partition has come: what Connect stores as the offset of its records.
 *
 * @param plan the plan it was read for
 * @param planSize how many Partitions that plan has
 * @param request the wish that the plan fulfils
 * @param attempt which reading of the Partition it was
 * @param finishedRows how many rows it had, null unless its end was delivered
 */
record PartitionProgress(
    PlanId plan, int planSize, String request, int attempt, Long finishedRows) {
  private static final String PLAN = "plan";
  private static final String PLAN_SIZE = "plan_size";
  private static final String REQUEST = "request";
  private static final String ATTEMPT = "attempt";
  private static final String ROWS = "rows";

  /** The same Partition when its end was delivered. */
  PartitionProgress finished(long rows) {
    return new PartitionProgress(plan, planSize, request, attempt, rows);
  }

  boolean isFinished() {
    return finishedRows != null;
  }

  /** As an offset: {@code rows} is there only if it is finished. */
  Map<String, Object> toOffset() {
    var offset = new LinkedHashMap<String, Object>();
    offset.put(PLAN, plan.toString());
    offset.put(PLAN_SIZE, planSize);
    offset.put(REQUEST, request);
    offset.put(ATTEMPT, attempt);
    if (isFinished()) {
      offset.put(ROWS, finishedRows);
    }
    return offset;
  }

  /** Reads an offset, null if none is stored. */
  static Optional<PartitionProgress> of(Map<String, Object> offset) {
    if (offset == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PartitionProgress(
              PlanId.parse((String) offset.get(PLAN)),
              ((Number) offset.get(PLAN_SIZE)).intValue(),
              (String) offset.get(REQUEST),
              ((Number) offset.get(ATTEMPT)).intValue(),
              offset.get(ROWS) instanceof Number rows ? rows.longValue() : null));
    } catch (ClassCastException | NullPointerException e) {
      throw MillraceException.lasting(
          MillraceException.Category.DATA,
          "Cannot read the connector's stored offset %s: reset its offsets".formatted(offset),
          e);
    }
  }
}
