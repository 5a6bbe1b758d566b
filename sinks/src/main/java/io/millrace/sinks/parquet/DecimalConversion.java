package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;

/**
 * Arrow's decimals (16 or 32 bytes, little-endian, two's complement) to the narrowest Parquet form
 * of their precision: INT32 up to 9 digits, INT64 up to 18, then as few big-endian bytes as hold
 * all values (parquet-format, LogicalTypes.md, DECIMAL), above 38 digits 24 or 32.
 */
final class DecimalConversion implements Conversion {
  static final int INT_DIGITS = 9;
  static final int LONG_DIGITS = 18;

  /** Of nearly all decimals: their loops have no loop within. */
  private static final int NARROW = 16;

  /**
   * Beyond 16 bytes whole words are stored: DuckDB 1.5 reads such decimals as doubles, and as wrong
   * ones without a word of warning if their last word is not whole.
   */
  private static final int HUGE = 16;

  private static final VarHandle BIG_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final int arrowWidth;
  private final int plainWidth;
  private final boolean bigEndian;

  private DecimalConversion(int arrowWidth, int plainWidth, boolean bigEndian) {
    this.arrowWidth = arrowWidth;
    this.plainWidth = plainWidth;
    this.bigEndian = bigEndian;
  }

  static DecimalConversion of(int arrowWidth, int precision) {
    return new DecimalConversion(arrowWidth, width(precision), precision > LONG_DIGITS);
  }

  /** Bytes of a decimal of this many digits in Parquet. */
  static int width(int precision) {
    if (precision <= INT_DIGITS) {
      return Integer.BYTES;
    }
    if (precision <= LONG_DIGITS) {
      return Long.BYTES;
    }
    int signAndDigits = 1 + BigInteger.TEN.pow(precision).bitLength();
    int bytes = (signAndDigits + 7) / 8;
    return bytes <= HUGE ? bytes : (bytes + 7) / 8 * 8;
  }

  @Override
  public void convert(byte[] arrow, int count, byte[] plain, int at) {
    long lost;
    if (bigEndian) {
      lost = toBigEndian(arrow, count, plain, at);
    } else if (plainWidth == Integer.BYTES) {
      lost = toInts(arrow, count, plain, at);
    } else {
      lost = toLongs(arrow, count, plain, at);
    }
    if (lost != 0) {
      throw misfit(arrow, count);
    }
  }

  /** Like its siblings returns 0 if all that was left out of the values was sign. */
  private long toInts(byte[] arrow, int count, byte[] plain, int at) {
    if (arrowWidth != NARROW) {
      return toIntsOfWide(arrow, count, plain, at);
    }
    long lost = 0;
    for (int i = 0; i < count; i++) {
      long word = (long) LONG.get(arrow, i * NARROW);
      INT.set(plain, at + (i << 2), (int) word);
      lost |= (word ^ (int) word) | ((long) LONG.get(arrow, i * NARROW + 8) ^ (word >> 63));
    }
    return lost;
  }

  private long toIntsOfWide(byte[] arrow, int count, byte[] plain, int at) {
    long lost = 0;
    for (int i = 0; i < count; i++) {
      long word = (long) LONG.get(arrow, i * arrowWidth);
      INT.set(plain, at + (i << 2), (int) word);
      lost |= (word ^ (int) word) | lost(arrow, i, Long.BYTES, word >> 63);
    }
    return lost;
  }

  private long toLongs(byte[] arrow, int count, byte[] plain, int at) {
    if (arrowWidth != NARROW) {
      return toLongsOfWide(arrow, count, plain, at);
    }
    long lost = 0;
    for (int i = 0; i < count; i++) {
      long word = (long) LONG.get(arrow, i * NARROW);
      LONG.set(plain, at + (i << 3), word);
      lost |= (long) LONG.get(arrow, i * NARROW + 8) ^ (word >> 63);
    }
    return lost;
  }

  private long toLongsOfWide(byte[] arrow, int count, byte[] plain, int at) {
    long lost = 0;
    for (int i = 0; i < count; i++) {
      long word = (long) LONG.get(arrow, i * arrowWidth);
      LONG.set(plain, at + (i << 3), word);
      lost |= lost(arrow, i, Long.BYTES, word >> 63);
    }
    return lost;
  }

  private long toBigEndian(byte[] arrow, int count, byte[] plain, int at) {
    int rest = plainWidth % Long.BYTES;
    long lost = 0;
    int end = at;
    for (int i = 0; i < count; i++) {
      end += plainWidth;
      long word = 0;
      int done = 0;
      for (; done <= plainWidth - Long.BYTES; done += Long.BYTES) {
        word = (long) LONG.get(arrow, i * arrowWidth + done);
        BIG_ENDIAN.set(plain, end - done - Long.BYTES, word);
      }
      long sign = word >> 63;
      if (rest > 0) {
        word = (long) LONG.get(arrow, i * arrowWidth + done);
        for (int b = 1; b <= rest; b++) {
          plain[end - done - b] = (byte) word;
          word >>= Byte.SIZE;
        }
        sign = plain[end - plainWidth] >> 7;
        lost |= word ^ sign;
        done += Long.BYTES;
      }
      lost |= lost(arrow, i, done, sign);
    }
    return lost;
  }

  /** What differs from the sign in the bytes of value {@code index} from {@code done} on. */
  private long lost(byte[] arrow, int index, int done, long sign) {
    long lost = 0;
    for (int b = done; b < arrowWidth; b += Long.BYTES) {
      lost |= (long) LONG.get(arrow, index * arrowWidth + b) ^ sign;
    }
    return lost;
  }

  private ArithmeticException misfit(byte[] arrow, int count) {
    BigInteger bound = BigInteger.ONE.shiftLeft(Byte.SIZE * plainWidth - 1);
    for (int i = 0; i < count; i++) {
      byte[] bytes = new byte[arrowWidth];
      for (int b = 0; b < arrowWidth; b++) {
        bytes[b] = arrow[(i + 1) * arrowWidth - 1 - b];
      }
      BigInteger value = new BigInteger(bytes);
      if (value.compareTo(bound) >= 0 || value.compareTo(bound.negate()) < 0) {
        return new ArithmeticException(
            "the unscaled value %s has more digits than its type".formatted(value));
      }
    }
    throw new IllegalStateException("Every value fits %d bytes".formatted(plainWidth));
  }
}
