package io.millrace.connect.postgres.column.time;

import io.millrace.connect.postgres.column.append.AsciiText;
import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;
import java.time.LocalDate;

/** The texts of dates and times under DateStyle ISO and IntervalStyle postgres. */
final class TimeText {
  private static final long SECOND = 1_000_000L;
  private static final long DAY = 86_400 * SECOND;
  private static final int MONTHS_OF_YEAR = 12;
  private static final long EPOCH = LocalDate.of(2000, 1, 1).toEpochDay();

  private TimeText() {}

  /** {@code 2024-02-29}, {@code 4713-11-24 BC}, {@code infinity}. */
  static TextForm date() {
    var walker = new AsciiText();
    return (text, from, to, out) -> {
      AsciiText date = walker.begin(text, from, to);
      int infinity = infinity(date);
      if (infinity != 0) {
        out.putInt32(infinity > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE);
      } else {
        int year = date.digits();
        int month = month(date);
        int day = day(date);
        out.putInt32(Math.toIntExact(days(date, year, month, day)));
      }
      date.requireEnd();
    };
  }

  /** {@code 24:00:00}, {@code 12:30:00.5}. */
  static TextForm time() {
    var walker = new AsciiText();
    return (text, from, to, out) -> {
      AsciiText time = walker.begin(text, from, to);
      out.putInt64(clock(time));
      time.requireEnd();
    };
  }

  /** {@code 2024-02-29 12:00:00.5+00 BC}; an offset only with time zone. */
  static TextForm timestamp() {
    var walker = new AsciiText();
    return (text, from, to, out) -> {
      AsciiText time = walker.begin(text, from, to);
      int infinity = infinity(time);
      if (infinity != 0) {
        out.putInt64(infinity > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
      } else {
        int year = time.digits();
        int month = month(time);
        int day = day(time);
        time.require(' ');
        long micros = clock(time);
        long offset = offset(time);
        long days = days(time, year, month, day);
        out.putInt64(Math.addExact(Math.multiplyExact(days, DAY), micros - offset));
      }
      time.requireEnd();
    };
  }

  /** {@code 1 year 2 mons -3 days +04:05:06.7}, {@code infinity}. */
  static TextForm interval() {
    var walker = new AsciiText();
    return (text, from, to, out) -> interval(walker.begin(text, from, to), out);
  }

  private static void interval(AsciiText text, SentBytes out) {
    int infinity = infinity(text);
    long micros = 0;
    long days = 0;
    long months = 0;
    while (!text.atEnd()) {
      boolean negative = text.take('-');
      if (!negative) {
        text.take('+');
      }
      long sign = negative ? -1 : 1;
      long count = text.negativeDigits();
      if (text.take(':')) {
        micros = Math.multiplyExact(-sign, clock(count, text));
      } else {
        text.require(' ');
        if (text.take("year")) {
          months = Math.addExact(months, -sign * count * MONTHS_OF_YEAR);
        } else if (text.take("mon")) {
          months = Math.addExact(months, -sign * count);
        } else if (text.take("day")) {
          days = -sign * count;
        } else {
          throw new IllegalArgumentException("\"%s\" is no unit".formatted(text.rest()));
        }
        text.take('s');
      }
      if (!text.atEnd()) {
        text.require(' ');
      }
    }
    out.putInt64(infinity == 0 ? micros : infinity > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
    putExtreme(out, infinity, days);
    putExtreme(out, infinity, months);
  }

  private static void putExtreme(SentBytes out, int infinity, long value) {
    out.putInt32(
        infinity == 0
            ? Math.toIntExact(value)
            : infinity > 0 ? Integer.MAX_VALUE : Integer.MIN_VALUE);
  }

  private static int infinity(AsciiText text) {
    if (text.take("infinity")) {
      return 1;
    }
    return text.take("-infinity") ? -1 : 0;
  }

  private static int month(AsciiText text) {
    text.require('-');
    return text.digits();
  }

  private static int day(AsciiText text) {
    text.require('-');
    return text.digits();
  }

  /** The era stands at the very end: the year before 1 is 1 BC. */
  private static long days(AsciiText text, int year, int month, int day) {
    boolean beforeChrist = text.take(" BC");
    return LocalDate.of(beforeChrist ? 1 - year : year, month, day).toEpochDay() - EPOCH;
  }

  private static long clock(AsciiText text) {
    long hours = text.negativeDigits();
    text.require(':');
    return -clock(hours, text);
  }

  /** What follows the hours and their colon; all of it is negative. */
  private static long clock(long negativeHours, AsciiText text) {
    int minutes = text.digits();
    text.require(':');
    int seconds = text.digits();
    long rest = -(minutes * 60L + seconds) * SECOND - text.micros();
    return Math.addExact(Math.multiplyExact(negativeHours, 3600 * SECOND), rest);
  }

  /** East of Greenwich is positive: {@code +00}, {@code -03:30}, {@code +00:53:28}. */
  private static long offset(AsciiText text) {
    boolean west = text.peek() == '-';
    if (!west && text.peek() != '+') {
      return 0;
    }
    text.take(west ? '-' : '+');
    long seconds = text.digits() * 3600L;
    if (text.take(':')) {
      seconds += text.digits() * 60L;
    }
    if (text.take(':')) {
      seconds += text.digits();
    }
    return (west ? -seconds : seconds) * SECOND;
  }
}
