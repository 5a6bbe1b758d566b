package io.millrace.core;

/**
 * What is loaded once: one Partition of one plan of a run.
 *
 * @param stream the stream
 * @param run the RunInstance
 * @param plan the reading of the run
 * @param partition the Partition's id within the plan
 */
public record Unit(StreamId stream, RunId run, PlanId plan, String partition) {
  public Unit {
    Texts.requirePrintable("a partition's id", partition);
  }

  /** The plan this unit is a part of. */
  public PlannedRun plannedRun() {
    return new PlannedRun(stream, run, plan);
  }

  /** What a replay of this number makes of it; 0 for the unit as the source sent it. */
  public Unit replayed(int number) {
    return new Unit(stream, run, plan.replayed(number), partition);
  }

  @Override
  public String toString() {
    return plannedRun() + "/" + partition;
  }
}
