package io.millrace.runtime.cli;

import io.millrace.runtime.run.BarProgress;
import io.millrace.runtime.run.PlainProgress;
import io.millrace.runtime.run.RunProgress;

/** Where a command shows how far it has come. */
final class ProgressOutput {
  /** Set by the launcher where messages go to a terminal. */
  private static final String TERMINAL = "millrace.terminal";

  private ProgressOutput() {}

  /** A bar where somebody watches, lines where a log does. */
  static RunProgress forPeople(Surroundings surroundings) {
    return Boolean.getBoolean(TERMINAL) ? new BarProgress(System.err) : lines(surroundings);
  }

  /** Lines. */
  static RunProgress lines(Surroundings surroundings) {
    return new PlainProgress(surroundings.err());
  }
}
