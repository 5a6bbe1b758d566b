package io.millrace.connect.round;

import io.millrace.core.window.Window;
import java.util.OptionalLong;

/**
 * What a planner asks of a table whose runs are windows.
 *
 * @param <X> how the source says that it cannot answer
 */
public interface WindowStatistics<X extends Exception> {
  /** The second of the oldest row, as {@link Window} counts; none if the table is empty. */
  OptionalLong first() throws X;

  /** The rows in a window. */
  long rows(Window window) throws X;

  /** The rows in no window at all: NULL, or at one of the infinities. */
  long outside() throws X;
}
