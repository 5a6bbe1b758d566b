package io.millrace.connect.round;

import io.millrace.core.MillraceException;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Decides which windows of a stream are read next: those closed since the last one, in turn, with
 * them those that were given up and those of the latest that no longer have the rows they had; or
 * those of a range, once more.
 */
public final class WindowAgenda {
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMinutes(1);
  private static final long MOST_AHEAD = 100_000;

  private final WindowOptions options;
  private final RunRange range;
  private final String request;
  private final Instant now;
  private final Instant marked;
  private final int most;

  /**
   * What is to be done at a moment.
   *
   * @param range which windows the request asks for
   * @param now by the source's clock
   * @param marked when the round was planned that left the stream's mark
   * @param most how many windows are read in turn at once
   */
  public WindowAgenda(
      WindowOptions options,
      RunRange range,
      String request,
      Instant now,
      Instant marked,
      int most) {
    this.options = options;
    this.range = range;
    this.request = request;
    this.now = now;
    this.marked = marked;
    this.most = most;
  }

  /** Whether a table that could not be asked is left alone for now. */
  public boolean rests(StreamMark mark) {
    return mark.unreadable() && !mayRetry(mark);
  }

  /** What was given up is tried again by another request, or after a while. */
  private boolean mayRetry(StreamMark mark) {
    return range instanceof RunRange.Continuous
        ? !now.isBefore(marked.plus(PAUSE_AFTER_FAILURE))
        : !mark.request().equals(request);
  }

  /**
   * The windows to read, earliest first.
   *
   * @param mark how far the stream has come
   */
  public List<Window> due(WindowCalendar calendar, StreamMark mark, WindowStatistics statistics) {
    boolean sameRequest = mark.request().equals(request);
    if (range instanceof RunRange.Between between) {
      long from = between.from().getEpochSecond();
      long closed = closed(calendar, now).orElse(Long.MIN_VALUE);
      return windows(
          calendar,
          sameRequest ? Math.max(from, mark.requestThrough()) : from,
          Math.min(between.to().getEpochSecond(), closed),
          most);
    }
    OptionalLong closed = closed(calendar, end());
    if (closed.isEmpty() || (mark.isStuck() && !mayRetry(mark))) {
      return List.of();
    }
    List<Window> inTurn = inTurn(calendar, mark, closed.getAsLong(), statistics);
    boolean asked = range instanceof RunRange.Until && !sameRequest;
    boolean retry = !mark.failed().isEmpty() && mayRetry(mark);
    if (inTurn.isEmpty() && !asked && !retry) {
      return List.of();
    }
    SortedMap<Long, Window> all = changed(calendar, mark, statistics);
    inTurn.forEach(window -> all.put(window.start(), window));
    if (retry) {
      containing(calendar, mark.failed()).forEach(window -> all.put(window.start(), window));
    }
    return List.copyOf(all.values());
  }

  private Instant end() {
    return range instanceof RunRange.Until until && until.end().isBefore(now) ? until.end() : now;
  }

  private static OptionalLong closed(WindowCalendar calendar, Instant by) {
    Optional<Window> last = calendar.lastClosed(by);
    return last.isPresent() ? OptionalLong.of(last.get().end()) : OptionalLong.empty();
  }

  private List<Window> inTurn(
      WindowCalendar calendar, StreamMark mark, long closed, WindowStatistics statistics) {
    long from = mark.through();
    if (from == StreamMark.NOTHING) {
      OptionalLong first = statistics.first();
      if (first.isEmpty()) {
        return List.of();
      }
      from = calendar.containing(first.getAsLong()).start();
      refuseTooMany(from, closed);
    }
    return windows(calendar, from, closed, mark.isStuck() ? 1 : most);
  }

  private void refuseTooMany(long from, long closed) {
    long ahead = (closed - from) / options.length().toSeconds();
    if (ahead > MOST_AHEAD) {
      throw MillraceException.configuration(
          "run.column",
          "The oldest row lies %d runs back, at %s: correct it, or make the runs longer"
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

  private static List<Window> containing(WindowCalendar calendar, Collection<Long> starts) {
    return starts.stream().map(calendar::containing).toList();
  }

  private static SortedMap<Long, Window> changed(
      WindowCalendar calendar, StreamMark mark, WindowStatistics statistics) {
    var changed = new TreeMap<Long, Window>();
    for (Window window : containing(calendar, mark.recent().keySet())) {
      if (statistics.rows(window) != mark.rows(window.start())) {
        changed.put(window.start(), window);
      }
    }
    return changed;
  }

  /**
   * Why the rows of a table cannot all be found in windows, if they cannot and that matters.
   *
   * @param table its name
   */
  public Optional<String> outside(String table, WindowStatistics statistics) {
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
