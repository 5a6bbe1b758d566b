package io.millrace.runtime.replay;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.LogSpan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * One pass over the log.
 *
 * @param words what it loads; equal words mean the same
 * @param plans which plans it takes, as the source named them
 * @param expected the plans that it must find, with their sizes; none where only the log tells
 * @param names under which names
 * @param range where
 */
record ReplayStep(
    String words,
    Predicate<PlannedRun> plans,
    Map<PlannedRun, Integer> expected,
    Names names,
    List<LogSpan> range) {
  /** Under which names plans are loaded. */
  enum Names {
    /** Under those of a replay: later than what is there. */
    REPLAYED,
    /** Under their own: what is missing of them. */
    OWN
  }

  /** The same without some plans. */
  ReplayStep but(Set<PlannedRun> others) {
    return new ReplayStep(
        words, plan -> plans.test(plan) && !others.contains(plan), without(others), names, range);
  }

  private Map<PlannedRun, Integer> without(Set<PlannedRun> others) {
    var left = new LinkedHashMap<>(expected);
    left.keySet().removeAll(others);
    return left;
  }

  /** Offsets it reads. */
  long length() {
    return range.stream().mapToLong(LogSpan::length).sum();
  }
}
