package io.millrace.runtime.sink;

import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.LogSpan;
import java.util.List;
import java.util.function.Predicate;

/**
 * What a replay reads, and under which names it loads it.
 *
 * @param range the parts of the log, one for a TopicPartition; the records of every selected plan
 *     that lie elsewhere are not found
 * @param plans which plans, as their source named them; asked from several threads
 * @param number of the replay; 0 loads what is missing of a plan under its own name
 */
public record ReplayScope(List<LogSpan> range, Predicate<PlannedRun> plans, int number) {
  public ReplayScope {
    range = List.copyOf(range);
  }
}
