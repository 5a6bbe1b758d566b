package io.millrace.connect.postgres.plan;

import io.millrace.core.window.Window;
import java.sql.SQLException;
import java.util.OptionalLong;

/** What a planner asks of a table whose runs are windows. */
public interface WindowStatistics {
  /** The second of the oldest row, as {@link Window} counts; none if the table is empty. */
  OptionalLong first() throws SQLException;

  /** The rows in a window. */
  long rows(Window window) throws SQLException;

  /** The rows in no window at all: NULL, or at one of the infinities. */
  long outside() throws SQLException;

  /** The server's estimate of the bytes in a window. */
  long estimatedBytes(Window window) throws SQLException;
}
