package io.millrace.core.window;

import io.millrace.core.MillraceException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Which windows are asked for: all as they close, those closed by now, or some once more. */
public sealed interface RunRange {
  /** Every window when it closes, for ever. */
  record Continuous() implements RunRange {
    @Override
    public String toString() {
      return "";
    }
  }

  /** What continuous reading would have read by then, and no more. */
  record Until(Instant end) implements RunRange {
    @Override
    public String toString() {
      return ".." + end;
    }
  }

  /** The windows that begin in {@code [from, to)}, whether they were read before or not. */
  record Between(Instant from, Instant to) implements RunRange {
    public Between {
      if (!from.isBefore(to)) {
        throw MillraceException.configuration(
            "Cannot read the runs from %s to %s: the end must be later".formatted(from, to));
      }
    }

    @Override
    public String toString() {
      return from + ".." + to;
    }
  }

  /**
   * Reads {@code A..B}, {@code ..B} or nothing; A and B are ISO dates or times, in UTC unless they
   * say otherwise.
   */
  static RunRange parse(String text) {
    if (text.isBlank()) {
      return new Continuous();
    }
    int dots = text.indexOf("..");
    if (dots < 0) {
      throw malformed(text);
    }
    String from = text.substring(0, dots).strip();
    Instant to = instant(text.substring(dots + 2).strip(), text);
    return from.isEmpty() ? new Until(to) : new Between(instant(from, text), to);
  }

  private static Instant instant(String one, String whole) {
    List<Function<String, Instant>> forms =
        List.of(
            text -> OffsetDateTime.parse(text).toInstant(),
            text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
            text -> LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC));
    return forms.stream()
        .flatMap(form -> read(form, one).stream())
        .findFirst()
        .orElseThrow(() -> malformed(whole));
  }

  private static Optional<Instant> read(Function<String, Instant> form, String text) {
    try {
      return Optional.of(form.apply(text));
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  private static MillraceException malformed(String text) {
    return MillraceException.configuration(
        "Cannot read \"%s\" as a range of runs: expected FROM..TO, such as 2026-11-01..2026-11-08 or"
                .formatted(text)
            + " 2026-11-01T06:00Z..2026-11-01T12:00Z");
  }
}
