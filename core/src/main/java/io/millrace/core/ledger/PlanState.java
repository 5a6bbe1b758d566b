package io.millrace.core.ledger;

/** How far a plan has come. */
public sealed interface PlanState {
  /** Units are missing. */
  record Loading(int marked, int size) implements PlanState {}

  /**
   * The run's head names the plan and its files are published, or about to be; old files are still
   * to be removed.
   */
  record Publishing(RunHead head) implements PlanState {}

  /** The plan is what readers see, and nothing is left to do. */
  record Live(RunHead head) implements PlanState {}

  /** A later plan has the head; nothing of this one is left. */
  record Superseded(RunHead by) implements PlanState {}
}
