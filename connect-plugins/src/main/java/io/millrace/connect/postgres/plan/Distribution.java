package io.millrace.connect.postgres.plan;

import java.util.List;

/** What is known of where a column's values lie, as whole numbers (see {@link SplitColumn}). */
public sealed interface Distribution {
  /** No values. */
  record Empty() implements Distribution {}

  /** Values from {@code min} to {@code max}, nothing known of those between. */
  record Even(long min, long max) implements Distribution {}

  /** Values with their share of the rows, by rising value. */
  record Weighted(List<Weight> weights) implements Distribution {
    public Weighted {
      weights = List.copyOf(weights);
    }
  }

  /** A share of the rows (any unit) that lies at a value, or between the value before and it. */
  record Weight(long value, double share) {}
}
