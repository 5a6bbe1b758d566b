package io.millrace.connect.round;

import io.millrace.core.window.Window;
import java.util.OptionalLong;

/** What a planner asks of a table whose runs are windows. */
public interface WindowStatistics {
  /** The second of the oldest row, as {@link Window} counts; none if the table is empty. */
  OptionalLong first();

  /** The rows in a window. */
  long rows(Window window);

  /** The rows in no window at all: NULL, or at one of the infinities. */
  long outside();
}
