package io.millrace.core.window;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import io.millrace.core.options.Durations;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The windows of a run column: they tile its time line, none of them empty, in every zone and year.
 *
 * <p>A window's id is its start in local ISO form, the day alone where windows are whole days:
 * {@code 2026-11-19}, {@code 2026-11-19T05:00}. On the line of instants a zone other than UTC adds
 * its offset at the start, so that the hour after a clock was put back has another id than the hour
 * before: {@code 2026-10-25T02:00+02:00}, {@code 2026-10-25T02:00+01:00}.
 */
public final class WindowCalendar {
  /** What a column's values mean. */
  public enum TimeLine {
    /** Instants: a timestamp with time zone. */
    INSTANT,
    /** Local dates and times: a timestamp without time zone. */
    LOCAL,
    /** Local dates. */
    DATE
  }

  private static final long DAY = 86_400;
  private static final int WEEK = 7;

  /** 1970-01-05, counted from 1970-01-01. */
  private static final long FIRST_MONDAY = 4;

  /** About ten million years on either side, more than any database has. */
  private static final long FARTHEST = 3_652_425_000L * DAY;

  private final WindowOptions options;
  private final TimeLine line;
  private final ZoneRules rules;
  private final Boundaries boundaries;

  private WindowCalendar(WindowOptions options, TimeLine line) {
    this.options = options;
    this.line = line;
    this.rules = options.zone().getRules();
    this.boundaries = boundaries();
  }

  /**
   * The calendar of a column.
   *
   * @throws MillraceException (CONFIGURATION) if these windows do not fit such a column
   */
  public static WindowCalendar of(WindowOptions options, TimeLine line) {
    if (line == TimeLine.DATE && !isDays(options)) {
      throw MillraceException.configuration(
          "run.every",
          "Cannot divide %s every %s: it is a date, use whole days such as 1d"
              .formatted(options.column(), Durations.text(options.length())));
    }
    return new WindowCalendar(options, line);
  }

  private static boolean isDays(WindowOptions options) {
    return options.length().toSeconds() >= DAY;
  }

  private Boundaries boundaries() {
    long every = options.length().toSeconds();
    long days = every / DAY;
    long origin = isDays(options) && days % WEEK == 0 ? FIRST_MONDAY : 0;
    if (line != TimeLine.INSTANT) {
      return new EvenBoundaries(every, origin * DAY);
    }
    return isDays(options)
        ? new DayBoundaries(options.zone(), days, origin)
        : new ClockBoundaries(rules, every);
  }

  /**
   * The window that a second belongs to.
   *
   * @throws MillraceException (DATA) for a second ten million years away
   */
  public Window containing(long second) {
    if (!isNear(second)) {
      throw MillraceException.data(
          "Cannot find the window of %s at second %d: it is over ten million years away from 1970"
              .formatted(options.column(), second));
    }
    return window(boundaries.atOrBefore(second));
  }

  private static boolean isNear(long second) {
    return second >= -FARTHEST && second <= FARTHEST;
  }

  /** The window that starts where one ends. */
  public Window next(Window window) {
    return window(window.end());
  }

  private Window window(long start) {
    long end = boundaries.after(start);
    return new Window(id(start), start, end, latest(end).plus(options.delay()));
  }

  /** The windows that start at or after a second and before another, in order. */
  public List<Window> between(long from, long to) {
    List<Window> windows = new ArrayList<>();
    Window window = containing(from);
    if (window.start() < from) {
      window = next(window);
    }
    while (window.start() < to) {
      windows.add(window);
      window = next(window);
    }
    return windows;
  }

  /** The last window that is closed at a time; none only ten million years before 1970. */
  public Optional<Window> lastClosed(Instant now) {
    Instant late = now.minus(options.delay());
    long second = late.getEpochSecond();
    if (line != TimeLine.INSTANT) {
      second += rules.getOffset(late).getTotalSeconds();
    }
    while (isNear(second)) {
      Window window = containing(second);
      if (!window.closes().isAfter(now)) {
        return Optional.of(window);
      }
      second = window.start() - 1;
    }
    return Optional.empty();
  }

  /** The latest instant that a second of the line can mean. */
  private Instant latest(long second) {
    if (line == TimeLine.INSTANT) {
      return Instant.ofEpochSecond(second);
    }
    LocalDateTime local = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
    ZoneOffsetTransition change = rules.getTransition(local);
    if (change == null) {
      return local.toInstant(rules.getOffset(local));
    }
    return change.isGap() ? change.getInstant() : local.toInstant(change.getOffsetAfter());
  }

  private RunId id(long start) {
    ZoneOffset offset =
        line == TimeLine.INSTANT ? rules.getOffset(Instant.ofEpochSecond(start)) : ZoneOffset.UTC;
    LocalDateTime local = LocalDateTime.ofEpochSecond(start, 0, offset);
    String text = isDays(options) ? local.toLocalDate().toString() : local.toString();
    return new RunId(namesOffset() ? text + text(offset) : text);
  }

  private boolean namesOffset() {
    return line == TimeLine.INSTANT
        && !(rules.isFixedOffset() && rules.getOffset(Instant.EPOCH).equals(ZoneOffset.UTC));
  }

  private static String text(ZoneOffset offset) {
    return offset.equals(ZoneOffset.UTC) ? "+00:00" : offset.getId();
  }

  /**
   * The window of an id.
   *
   * @throws MillraceException (CONFIGURATION) if no window of this calendar has it
   */
  public Window parse(RunId run) {
    Window window;
    try {
      window = containing(start(run.value()));
    } catch (DateTimeException e) {
      throw unknown(run, "such as " + containing(0).run());
    }
    if (!window.run().equals(run)) {
      throw unknown(run, "such as %s, which holds that time".formatted(window.run()));
    }
    return window;
  }

  private long start(String text) {
    if (isDays(options)) {
      LocalDate day =
          LocalDate.parse(
              text,
              namesOffset() ? DateTimeFormatter.ISO_OFFSET_DATE : DateTimeFormatter.ISO_LOCAL_DATE);
      return line == TimeLine.INSTANT
          ? day.atStartOfDay(options.zone()).toEpochSecond()
          : day.toEpochDay() * DAY;
    }
    return namesOffset()
        ? OffsetDateTime.parse(text).toEpochSecond()
        : LocalDateTime.parse(text).toEpochSecond(ZoneOffset.UTC);
  }

  private MillraceException unknown(RunId run, String expected) {
    return MillraceException.configuration(
        "Cannot find run \"%s\" among %s: expected the start of a window, %s"
            .formatted(run, layout(), expected));
  }

  /** What fixes the ids, in one line; see {@link WindowOptions#layout}. */
  public String layout() {
    return options.layout();
  }
}
