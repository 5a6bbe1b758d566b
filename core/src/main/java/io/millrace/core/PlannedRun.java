package io.millrace.core;

/**
 * One plan of one run: what becomes visible as a whole.
 *
 * @param stream the stream
 * @param run the RunInstance
 * @param plan the reading of it
 */
public record PlannedRun(StreamId stream, RunId run, PlanId plan) {
  /** The plan's unit for a Partition. */
  public Unit unit(String partition) {
    return new Unit(stream, run, plan, partition);
  }

  @Override
  public String toString() {
    return stream + "/" + run + "/" + plan;
  }
}
