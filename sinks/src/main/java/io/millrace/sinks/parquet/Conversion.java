package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;
import static io.millrace.sinks.parquet.PageBytes.SHORT;

/** From Arrow's bytes of a fixed-width value to Parquet's PLAIN bytes. */
@FunctionalInterface
interface Conversion {
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
}
