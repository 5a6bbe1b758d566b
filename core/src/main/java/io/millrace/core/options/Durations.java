package io.millrace.core.options;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Spans of time as one writes them in a file: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h},
 * {@code 1d}, {@code 2w}.
 */
public final class Durations {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d|w)");

  private Durations() {}

  /** Reads a span; a day is 24 hours, a week 7 days. */
  public static Duration parse(String text) {
    var m = TEXT.matcher(text.strip());
    if (!m.matches()) {
      throw MillraceException.configuration(
          "Cannot read \"%s\" as a span of time: expected a number with ms, s, m, h, d or w, such as 10m"
              .formatted(text));
    }
    long n = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      case "d" -> Duration.ofDays(n);
      default -> Duration.ofDays(7 * n);
    };
  }

  /** Writes a span of whole milliseconds in the largest unit up to days that divides it. */
  public static String text(Duration span) {
    long ms = span.toMillis();
    if (ms % 1000 != 0) {
      return ms + "ms";
    }
    long s = ms / 1000;
    if (s % 60 != 0 || s == 0) {
      return s + "s";
    } else if (s % 3600 != 0) {
      return s / 60 + "m";
    }
    return s % 86_400 != 0 ? s / 3600 + "h" : s / 86_400 + "d";
  }
}
