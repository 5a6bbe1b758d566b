package io.millrace.connect.change;

import io.millrace.core.change.Progress;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import io.millrace.core.window.WindowOptions;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The window that changes belong to: that of the maximum of all commit times so far, since these do
 * not rise with the order of the log.
 */
public final class CommitWindows {
  private final WindowCalendar calendar;
  private Instant latest;
  private Window window;

  /** Windows that are at the one of a time. */
  public CommitWindows(WindowOptions options, Instant latest) {
    this.calendar = WindowCalendar.of(options, WindowCalendar.TimeLine.INSTANT);
    this.latest = latest;
    this.window = calendar.containing(latest.getEpochSecond());
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  /** Whether a commit at this time, in microseconds since 1970, begins a later window. */
  public boolean isBegunBy(long micros) {
    return instant(micros).getEpochSecond() >= window.end();
  }

  /** Takes a commit into account. */
  public void advance(long micros) {
    Instant at = instant(micros);
    if (at.isAfter(latest)) {
      latest = at;
      if (isBegunBy(micros)) {
        window = calendar.containing(at.getEpochSecond());
      }
    }
  }

  /** The maximum and its window. */
  public Progress progress() {
    return new Progress(window.run(), latest);
  }
}
