package io.millrace.runtime.simulation;

import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import java.util.List;
import java.util.stream.IntStream;

/** One reading of a run as a source plans it. */
record SourcePlan(PlannedRun plan, List<Unit> units) {
  /** A plan of so many Partitions, named after their number and count. */
  static SourcePlan of(PlannedRun plan, int size) {
    return new SourcePlan(
        plan,
        IntStream.range(0, size)
            .mapToObj(i -> new Unit(plan.stream(), plan.run(), plan.plan(), i + "-of-" + size))
            .toList());
  }
}
