package io.millrace.runtime.replay;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.LogSpan;
import java.util.List;
import java.util.Map;
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

  /** Offsets it reads. */
  long length() {
    return range.stream().mapToLong(LogSpan::length).sum();
  }
}
