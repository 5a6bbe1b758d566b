package io.millrace.connect.clickhouse.plan;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Bounds in time, as people read them: {@code 2024-05-01}, {@code 2024-05-01 12:00:00+00}. */
final class TimeText {
  private static final String ZONE = "+00";
  private static final int DAY_LENGTH = "2024-05-01".length();
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT);

  private TimeText() {}

  /** A day's text. */
  static String day(long second) {
    return at(second).toLocalDate().toString();
  }

  /** An instant's text. */
  static String instant(long second) {
    return time(second) + ZONE;
  }

  /** The same without the zone, which is UTC. */
  static String time(long second) {
    return TIME.format(at(second));
  }

  private static LocalDateTime at(long second) {
    return LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
  }

  /** The second that a text means. */
  static long parse(String text) {
    return text.length() == DAY_LENGTH
        ? LocalDate.parse(text).toEpochDay() * 86_400
        : LocalDateTime.parse(text.substring(0, text.length() - ZONE.length()), TIME)
            .toEpochSecond(ZoneOffset.UTC);
  }
}
