package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;
import static io.millrace.sinks.parquet.PageBytes.SHORT;

import java.util.Arrays;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.io.api.Binary;

/** Finds the least and the greatest of a page's PLAIN values, in the order of their type. */
@FunctionalInterface
interface MinMax {
  int HALF_INFINITY = 0x7c00;

  /** {@code size} bytes of {@code plain} hold at least one value. */
  void update(Statistics<?> statistics, byte[] plain, int size);

  static void ints(Statistics<?> statistics, byte[] plain, int size) {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    for (int i = 0; i < size; i += Integer.BYTES) {
      int value = (int) INT.get(plain, i);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    statistics.updateStats(min);
    statistics.updateStats(max);
  }

  static void unsignedInts(Statistics<?> statistics, byte[] plain, int size) {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    for (int i = 0; i < size; i += Integer.BYTES) {
      int value = (int) INT.get(plain, i) ^ Integer.MIN_VALUE;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    statistics.updateStats(min ^ Integer.MIN_VALUE);
    statistics.updateStats(max ^ Integer.MIN_VALUE);
  }

  static void longs(Statistics<?> statistics, byte[] plain, int size) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < size; i += Long.BYTES) {
      long value = (long) LONG.get(plain, i);
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    statistics.updateStats(min);
    statistics.updateStats(max);
  }

  static void unsignedLongs(Statistics<?> statistics, byte[] plain, int size) {
    long min = Long.MAX_VALUE;
    long max = Long.MIN_VALUE;
    for (int i = 0; i < size; i += Long.BYTES) {
      long value = (long) LONG.get(plain, i) ^ Long.MIN_VALUE;
      min = Math.min(min, value);
      max = Math.max(max, value);
    }
    statistics.updateStats(min ^ Long.MIN_VALUE);
    statistics.updateStats(max ^ Long.MIN_VALUE);
  }

  /** NaN is counted, and neither least nor greatest. */
  static void floats(Statistics<?> statistics, byte[] plain, int size) {
    float min = Float.POSITIVE_INFINITY;
    float max = Float.NEGATIVE_INFINITY;
    int nans = 0;
    for (int i = 0; i < size; i += Float.BYTES) {
      float value = Float.intBitsToFloat((int) INT.get(plain, i));
      min = value < min ? value : min;
      max = value > max ? value : max;
      nans += Float.isNaN(value) ? 1 : 0;
    }
    statistics.incrementNanCount(nans);
    if (nans < size / Float.BYTES) {
      statistics.updateStats(min);
      statistics.updateStats(max);
    }
  }

  /** NaN is counted, and neither least nor greatest. */
  static void doubles(Statistics<?> statistics, byte[] plain, int size) {
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    int nans = 0;
    for (int i = 0; i < size; i += Double.BYTES) {
      double value = Double.longBitsToDouble((long) LONG.get(plain, i));
      min = value < min ? value : min;
      max = value > max ? value : max;
      nans += Double.isNaN(value) ? 1 : 0;
    }
    statistics.incrementNanCount(nans);
    if (nans < size / Double.BYTES) {
      statistics.updateStats(min);
      statistics.updateStats(max);
    }
  }

  /**
   * Half floats, whose bits as a signed number rise with the value where it is positive and fall
   * where it is negative. NaN is counted, and neither least nor greatest.
   */
  static void halves(Statistics<?> statistics, byte[] plain, int size) {
    int min = Integer.MAX_VALUE;
    int max = Integer.MIN_VALUE;
    int minAt = 0;
    int maxAt = 0;
    int nans = 0;
    for (int i = 0; i < size; i += Short.BYTES) {
      short bits = (short) SHORT.get(plain, i);
      if ((bits & Short.MAX_VALUE) > HALF_INFINITY) {
        nans++;
        continue;
      }
      int rank = bits < 0 ? -(bits & Short.MAX_VALUE) : bits;
      if (rank < min) {
        min = rank;
        minAt = i;
      }
      if (rank > max) {
        max = rank;
        maxAt = i;
      }
    }
    statistics.incrementNanCount(nans);
    if (min <= max) {
      update(statistics, plain, minAt, Short.BYTES);
      update(statistics, plain, maxAt, Short.BYTES);
    }
  }

  /** Byte strings of one width. */
  static MinMax fixed(int width) {
    return (statistics, plain, size) -> {
      int min = 0;
      int max = 0;
      for (int i = width; i < size; i += width) {
        if (Arrays.compareUnsigned(plain, i, i + width, plain, min, min + width) < 0) {
          min = i;
        } else if (Arrays.compareUnsigned(plain, i, i + width, plain, max, max + width) > 0) {
          max = i;
        }
      }
      update(statistics, plain, min, width);
      update(statistics, plain, max, width);
    };
  }

  /** Big-endian decimals of one width: the first byte has the sign. */
  static MinMax signedFixed(int width) {
    return (statistics, plain, size) -> {
      int min = 0;
      int max = 0;
      for (int i = width; i < size; i += width) {
        if (compareSigned(plain, i, min, width) < 0) {
          min = i;
        } else if (compareSigned(plain, i, max, width) > 0) {
          max = i;
        }
      }
      update(statistics, plain, min, width);
      update(statistics, plain, max, width);
    };
  }

  private static int compareSigned(byte[] plain, int a, int b, int width) {
    int first = Byte.compare(plain[a], plain[b]);
    return first != 0
        ? first
        : Arrays.compareUnsigned(plain, a + 1, a + width, plain, b + 1, b + width);
  }

  /** Takes the value at {@code from} into the statistics; the bytes are copied. */
  static void update(Statistics<?> statistics, byte[] plain, int from, int length) {
    statistics.updateStats(
        Binary.fromConstantByteArray(Arrays.copyOfRange(plain, from, from + length)));
  }
}
