package io.millrace.runtime.replay;

import java.util.List;
import java.util.Map;

/**
 * What a replay of one sink has done.
 *
 * @param sink the sink
 * @param numbers of the replays, in the order of the passes; 0 where plans were completed
 * @param unitsLoaded units loaded by this process
 * @param unitsSkipped units that were there already
 * @param runs one for each plan that was found, or that should have been
 * @param changes one for each stream whose changes were read
 */
public record ReplaySummary(
    String sink,
    List<Integer> numbers,
    long unitsLoaded,
    long unitsSkipped,
    List<ReplayedRun> runs,
    List<ReplayedChanges> changes) {
  /** How a plan stands. */
  public enum State {
    /** Readers see it. */
    PUBLISHED,
    /** A later plan has the run. */
    SUPERSEDED,
    /** Units are missing: readers see what they saw before. */
    SHORT
  }

  /**
   * One plan.
   *
   * @param stream its stream
   * @param run its run
   * @param before the plan that readers saw before; null if there was none
   * @param plan the plan under its new name
   * @param state how it stands
   * @param units how many units it has
   * @param rows rows in its files, if it is published
   * @param missing the units that could not be loaded, each with the reason
   * @param nameless units that could not be loaded and whose names nobody knows
   * @param abandoned units that it has to do without
   * @param laterPlan the plan that has the run, if this one is superseded; else null
   */
  public record ReplayedRun(
      String stream,
      String run,
      String before,
      String plan,
      State state,
      int units,
      long rows,
      Map<String, String> missing,
      int nameless,
      int abandoned,
      String laterPlan) {}

  /**
   * The changes of a stream.
   *
   * @param stream the stream
   * @param cuts how many cuts were loaded, by this process or another meanwhile
   * @param rows changes in them
   * @param missing what the log has no more, each as {@code abandon} takes it, with the reason
   */
  public record ReplayedChanges(String stream, long cuts, long rows, Map<String, String> missing) {}

  public ReplaySummary {
    numbers = List.copyOf(numbers);
    runs = List.copyOf(runs);
    changes = List.copyOf(changes);
  }

  /** Whether anything was found, and nothing is missing. */
  public boolean succeeded() {
    return !(runs.isEmpty() && changes.isEmpty())
        && runs.stream().noneMatch(run -> run.state() == State.SHORT)
        && changes.stream().allMatch(stream -> stream.missing().isEmpty());
  }
}
