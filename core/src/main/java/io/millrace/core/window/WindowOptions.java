package io.millrace.core.window;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Durations;
import io.millrace.core.options.NearestWord;
import io.millrace.core.options.Option;
import java.time.Duration;
import java.time.ZoneId;
import java.util.Optional;
import java.util.Set;

/** How a stream is divided into RunInstances: the options of {@code run:}. */
public record WindowOptions(
    @Option(
            value =
                "The column that says which run a row belongs to: of type `timestamptz`,"
                    + " `timestamp` or `date`; in ClickHouse `DateTime`, `DateTime64`, `Date` or"
                    + " `Date32`. Left out where the source sends changes, and only there: their"
                    + " runs are windows of `_commit_at`.",
            defaultValue = "_commit_at",
            example = "pickup_at")
        String column,
    @Option(
            value =
                "How long a run is: whole days (`1d` to `366d`; weeks begin on Mondays), or a part"
                    + " of a day that divides it evenly (`1s` to `12h`). Left out, `1d`; where the"
                    + " source sends changes, `1h`.",
            example = "1h")
        Optional<Duration> every,
    @Option(
            value = "How long after its end a run is read, for rows that arrive late.",
            defaultValue = "0s",
            example = "10m")
        Duration delay,
    @Option(
            value =
                "The time zone whose days and hours these are, by its IANA name. Of a column"
                    + " without a zone it only tells when a run is over.",
            defaultValue = "UTC",
            example = "Europe/Berlin")
        String timeZone,
    @Option(
            value =
                "How many of the latest runs are counted again whenever a run is planned; those"
                    + " that changed are read again.",
            defaultValue = "0",
            example = "3")
        int recheck,
    @Option(
            value =
                "What becomes of rows with NULL in the column: they fail the run, or are left out.",
            defaultValue = "error")
        NullRows nulls) {
  private static final Duration DAY = Duration.ofDays(1);
  private static final Duration SHORTEST = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  /** The column whose windows are the runs of changes: when they were committed. */
  public static final String COMMIT_TIME = "_commit_at";

  /** The runs of changes, unless told otherwise. */
  public static final WindowOptions OF_CHANGES =
      new WindowOptions(COMMIT_TIME, Optional.empty(), Duration.ZERO, "UTC", 0, NullRows.ERROR);

  /** Windows of a given length. */
  public WindowOptions(
      String column, Duration every, Duration delay, String timeZone, int recheck, NullRows nulls) {
    this(column, Optional.of(every), delay, timeZone, recheck, nulls);
  }

  public WindowOptions {
    if (column.isBlank()) {
      throw MillraceException.configuration(
          "column", "Cannot divide by a column without a name: name the column of the time");
    }
    if (every.isPresent() && !fits(every.get())) {
      throw MillraceException.configuration(
          "every",
          "Cannot divide time every %s: expected whole days up to 366d, or a part of a day that divides it evenly, such as 15m, 1h or 6h"
              .formatted(Durations.text(every.get())));
    }
    if (delay.isNegative()) {
      throw MillraceException.configuration(
          "delay", "Cannot wait %s: use 0s or more".formatted(Durations.text(delay)));
    }
    Set<String> zones = ZoneId.getAvailableZoneIds();
    if (!zones.contains(timeZone)) {
      throw MillraceException.configuration("time_zone", unknownZone(timeZone, zones));
    }
    if (recheck < 0) {
      throw MillraceException.configuration(
          "recheck", "Cannot recheck %d runs: use 0 or more".formatted(recheck));
    }
  }

  private static boolean fits(Duration every) {
    if (every.compareTo(DAY) < 0) {
      return every.compareTo(SHORTEST) >= 0
          && isMultiple(every, Duration.ofSeconds(1))
          && isMultiple(DAY, every);
    }
    return every.compareTo(LONGEST) <= 0 && isMultiple(every, DAY);
  }

  private static boolean isMultiple(Duration whole, Duration part) {
    return part.multipliedBy(whole.dividedBy(part)).equals(whole);
  }

  private static String unknownZone(String typed, Set<String> zones) {
    return "Unknown time zone \"%s\": ".formatted(typed)
        + NearestWord.of(typed, zones)
            .map("did you mean \"%s\"?"::formatted)
            .orElse("expected an IANA name such as UTC or Europe/Berlin");
  }

  /** Whether these are the windows of changes. */
  public boolean isOfChanges() {
    return column.equals(COMMIT_TIME);
  }

  /** How long a run is. */
  public Duration length() {
    return every.orElse(isOfChanges() ? Duration.ofHours(1) : DAY);
  }

  /** The zone whose days and hours count. */
  public ZoneId zone() {
    return ZoneId.of(timeZone);
  }

  /**
   * What fixes the names of the runs, in one line: where it changes, the same rows would come under
   * other names.
   */
  public String layout() {
    return "windows of %s of %s in %s".formatted(Durations.text(length()), column, timeZone);
  }
}
