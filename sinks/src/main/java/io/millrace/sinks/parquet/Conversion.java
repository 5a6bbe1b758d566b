package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;
import static io.millrace.sinks.parquet.PageBytes.SHORT;

import java.util.Arrays;

/** From Arrow's bytes of a fixed-width value to Parquet's PLAIN bytes. */
@FunctionalInterface
interface Conversion {
  long DAY_MILLIS = 86_400_000;

  /**
   * Converts the first {@code count} values of {@code arrow} to {@code plain} from {@code at} on.
   *
   * @throws ArithmeticException if a value has no Parquet form; the message names it
   */
  void convert(byte[] arrow, int count, byte[] plain, int at);

  /** Both little-endian and of the same width, as most types are. */
  static Conversion same(int width) {
    return (arrow, count, plain, at) -> System.arraycopy(arrow, 0, plain, at, count * width);
  }

  static void byteToInt(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      INT.set(plain, at + (i << 2), (int) arrow[i]);
    }
  }

  static void unsignedByteToInt(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      INT.set(plain, at + (i << 2), Byte.toUnsignedInt(arrow[i]));
    }
  }

  static void shortToInt(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      INT.set(plain, at + (i << 2), (int) (short) SHORT.get(arrow, i << 1));
    }
  }

  static void unsignedShortToInt(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      INT.set(plain, at + (i << 2), Short.toUnsignedInt((short) SHORT.get(arrow, i << 1)));
    }
  }

  /** Parquet knows no seconds of a day. */
  static void secondOfDayToMillis(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      int seconds = (int) INT.get(arrow, i << 2);
      long millis = seconds * 1000L;
      if ((int) millis != millis) {
        throw new ArithmeticException("%d s is no time of day".formatted(seconds));
      }
      INT.set(plain, at + (i << 2), (int) millis);
    }
  }

  /** Parquet knows no timestamps in seconds. */
  static void secondsToMillis(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      long seconds = (long) LONG.get(arrow, i << 3);
      if (seconds > Long.MAX_VALUE / 1000 || seconds < Long.MIN_VALUE / 1000) {
        throw new ArithmeticException(
            "%d s since 1970 does not fit 64 bits in milliseconds".formatted(seconds));
      }
      LONG.set(plain, at + (i << 3), seconds * 1000);
    }
  }

  /** Arrow's date64 is to be a whole number of days, and nothing in it says so. */
  static void millisToDays(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      long millis = (long) LONG.get(arrow, i << 3);
      long days = millis / DAY_MILLIS;
      if (days * DAY_MILLIS != millis || (int) days != days) {
        throw new ArithmeticException("%d ms since 1970 are no date".formatted(millis));
      }
      INT.set(plain, at + (i << 2), (int) days);
    }
  }

  /** The four bytes at {@code offset} of values that are {@code width} bytes wide. */
  static Conversion intAt(int offset, int width) {
    return (arrow, count, plain, at) -> {
      for (int i = 0; i < count; i++) {
        INT.set(plain, at + (i << 2), (int) INT.get(arrow, i * width + offset));
      }
    };
  }

  /** The eight bytes at {@code offset} of values that are {@code width} bytes wide. */
  static Conversion longAt(int offset, int width) {
    return (arrow, count, plain, at) -> {
      for (int i = 0; i < count; i++) {
        LONG.set(plain, at + (i << 3), (long) LONG.get(arrow, i * width + offset));
      }
    };
  }

  /** The milliseconds of a day-time interval, its second half. */
  static void dayTimeToNanos(byte[] arrow, int count, byte[] plain, int at) {
    for (int i = 0; i < count; i++) {
      int millis = (int) INT.get(arrow, (i << 3) + Integer.BYTES);
      LONG.set(plain, at + (i << 3), millis * 1_000_000L);
    }
  }

  /** Zeros of this width. */
  static Conversion zero(int width) {
    return (arrow, count, plain, at) -> Arrays.fill(plain, at, at + count * width, (byte) 0);
  }
}
