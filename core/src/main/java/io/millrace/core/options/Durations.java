package io.millrace.core.options;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.regex.Pattern;

/**
 * Spans of time as one writes them in a file: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h},
 * {@code 1d}.
 */
public final class Durations {
  private static final Pattern TEXT = Pattern.compile("([0-9]{1,9})(ms|s|m|h|d)");

  private Durations() {}

  /** Reads a span; a day is 24 hours. */
  public static Duration parse(String text) {
    var m = TEXT.matcher(text.strip());
    if (!m.matches()) {
      throw MillraceException.configuration(
          "Cannot read \"%s\" as a span of time: expected a number with ms, s, m, h or d, such as 10m"
              .formatted(text));
    }
    long n = Long.parseLong(m.group(1));
    return switch (m.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofDays(n);
    };
  }
}
