package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.plan.WindowStatistics;
import io.millrace.core.MillraceException;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import io.millrace.core.window.WindowOptions;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides which windows of a stream are read next: those closed since the last one, in turn, and
 * those of the latest that no longer have the rows they had; or those of a range, once more.
 */
final class WindowAgenda {
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
  private static final long MOST_AHEAD = 100_000;

  private final WindowOptions options;
  private final RunRange range;
  private final String request;
  private final Instant now;

  /**
   * What is to be done at a moment.
   *
   * @param range which windows the request asks for
   * @param now by the source's clock
   */
  WindowAgenda(WindowOptions options, RunRange range, String request, Instant now) {
    this.options = options;
    this.range = range;
    this.request = request;
    this.now = now;
  }

  /**
   * The windows to read, earliest first.
   *
   * @param mark how far the stream has come
   * @param most how many at once
   */
  List<Window> due(WindowCalendar calendar, StreamMark mark, WindowStatistics statistics, int most)
      throws SQLException {
    boolean sameRequest = mark.request().equals(request);
    if (range instanceof RunRange.Between between) {
      long from = between.from().getEpochSecond();
      return windows(
          calendar,
          sameRequest ? Math.max(from, mark.requestThrough()) : from,
          Math.min(between.to().getEpochSecond(), closed(calendar, now).orElse(Long.MIN_VALUE)),
          most);
    }
    OptionalLong closed = closed(calendar, end());
    if (closed.isEmpty()) {
      return List.of();
    }
    List<Window> due = inTurn(calendar, mark, closed.getAsLong(), statistics, most);
    boolean asked = range instanceof RunRange.Until && !sameRequest;
    if (due.isEmpty() && !asked) {
      return due;
    }
    var all = new ArrayList<>(changed(calendar, mark, statistics));
    all.addAll(due);
    all.sort(Comparator.comparingLong(Window::start));
    return all;
  }

  /**
   * Whether a stream is left alone for now: what was given up is tried again by another request, or
   * after a while.
   *
   * @param marked when the round was planned that left this mark
   */
  boolean rests(StreamMark mark, Instant marked) {
    return mark.failed()
        && (range instanceof RunRange.Continuous
            ? now.isBefore(marked.plus(PAUSE_AFTER_FAILURE))
            : mark.request().equals(request));
  }

  private Instant end() {
    return range instanceof RunRange.Until until && until.end().isBefore(now) ? until.end() : now;
  }

  private static OptionalLong closed(WindowCalendar calendar, Instant by) {
    Optional<Window> last = calendar.lastClosed(by);
    return last.isPresent() ? OptionalLong.of(last.get().end()) : OptionalLong.empty();
  }

  private List<Window> inTurn(
      WindowCalendar calendar, StreamMark mark, long closed, WindowStatistics statistics, int most)
      throws SQLException {
    long from = mark.through();
    if (from == StreamMark.NOTHING) {
      OptionalLong first = statistics.first();
      if (first.isEmpty()) {
        return List.of();
      }
      from = calendar.containing(first.getAsLong()).start();
      refuseTooMany(from, closed);
    }
    return windows(calendar, from, closed, most);
  }

  private void refuseTooMany(long from, long closed) {
    long ahead = (closed - from) / options.every().toSeconds();
    if (ahead > MOST_AHEAD) {
      throw MillraceException.configuration(
          "run.column",
          "The oldest row lies %d runs back, at %s: correct it, or begin later with --run FROM..TO"
              .formatted(ahead, Instant.ofEpochSecond(from)));
    }
  }

  private static List<Window> windows(WindowCalendar calendar, long from, long to, int most) {
    var windows = new ArrayList<Window>();
    if (from < to) {
      Window window = calendar.containing(from);
      if (window.start() < from) {
        window = calendar.next(window);
      }
      while (window.start() < to && windows.size() < most) {
        windows.add(window);
        window = calendar.next(window);
      }
    }
    return windows;
  }

  private List<Window> changed(
      WindowCalendar calendar, StreamMark mark, WindowStatistics statistics) throws SQLException {
    var changed = new ArrayList<Window>();
    for (long start : mark.recent().keySet()) {
      Window window = calendar.containing(start);
      if (statistics.rows(window) != mark.rows(start)) {
        changed.add(window);
      }
    }
    return changed;
  }

  /**
   * Why the rows of a table cannot all be found in windows, if they cannot and that matters.
   *
   * @param table its name
   */
  Optional<String> outside(String table, WindowStatistics statistics) throws SQLException {
    if (options.nulls() == NullRows.SKIP) {
      return Optional.empty();
    }
    long rows = statistics.outside();
    return rows == 0
        ? Optional.empty()
        : Optional.of(
            "%d rows of %s have NULL or an infinity in the run column \"%s\", so that no run holds"
                    .formatted(rows, table, options.column())
                + " them: correct them, or leave them out with nulls: skip");
  }
}
