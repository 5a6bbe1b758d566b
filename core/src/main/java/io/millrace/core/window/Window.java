package io.millrace.core.window;

import io.millrace.core.RunId;
import java.time.Instant;

/**
 * One RunInstance in time, half open: the rows whose run column is at or after the start and before
 * the end. Both are seconds since 1970-01-01 on the column's own time line: instants where it has a
 * zone, local time counted as if it were UTC's where it has none.
 *
 * @param run its id, which tells the start
 * @param start the first second that belongs to it
 * @param end the first second after it
 * @param closes when it may be read: nothing of it is late any more
 */
public record Window(RunId run, long start, long end, Instant closes) {
  public Window {
    if (start >= end) {
      throw new IllegalArgumentException(
          "A window ends after its start: %s from %d to %d".formatted(run, start, end));
    }
  }
}
