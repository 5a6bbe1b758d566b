package io.millrace.transforms.filter;

import io.millrace.transforms.values.Layout;
import io.millrace.transforms.values.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.memory.util.ByteFunctionHelpers;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;

/** Compares a vector's values with a constant; one kernel for each way values lie in memory. */
interface Comparison {
  /** Marks the rows for which it holds; what it says of nulls means nothing. */
  void mark(FieldVector vector, int rows, long[] holds);

  /** The kernel for a constant of the column's type. */
  static Comparison of(Operator operator, Value constant) {
    if (constant instanceof Value.OfLong number) {
      return longs(operator, number);
    } else if (constant instanceof Value.OfDouble number) {
      return doubles(operator, number.value());
    } else if (constant instanceof Value.OfDecimal number) {
      return decimals(operator, number.value());
    }
    return bytes(operator, ((Value.OfBytes) constant).value());
  }

  private static Comparison longs(Operator operator, Value.OfLong constant) {
    Layout layout = constant.layout();
    // With the highest bit turned over, unsigned numbers have the order of signed ones.
    long turned = layout == Layout.UINT64 ? Long.MIN_VALUE : 0;
    long key = constant.value() ^ turned;
    return (vector, rows, holds) -> {
      long[] chunk = new long[Long.SIZE];
      for (int first = 0; first < rows; first += Long.SIZE) {
        int count = Math.min(Long.SIZE, rows - first);
        layout.read(vector.getDataBuffer(), first, count, chunk);
        long word = 0;
        for (int i = 0; i < count; i++) {
          word |= operator.holds(Long.compare(chunk[i] ^ turned, key)) << i;
        }
        holds[first >> 6] = word;
      }
    };
  }

  /** NaN is equal to itself and greater than all others, as in Postgres; -0 is 0. */
  private static Comparison doubles(Operator operator, double constant) {
    double key = constant + 0.0;
    return (vector, rows, holds) -> {
      ArrowBuf data = vector.getDataBuffer();
      boolean single = vector instanceof Float4Vector;
      for (int row = 0; row < rows; row++) {
        double value = single ? data.getFloat((long) row << 2) : data.getDouble((long) row << 3);
        holds[row >> 6] |= operator.holds(Double.compare(value + 0.0, key)) << row;
      }
    };
  }

  /** Decimals of 128 or 256 bits, word by word from the highest. */
  private static Comparison decimals(Operator operator, BigDecimal constant) {
    return (vector, rows, holds) -> {
      int words = width(vector) / Long.BYTES;
      long[] key = new long[words];
      BigInteger unscaled = constant.unscaledValue();
      for (int i = 0; i < words; i++) {
        key[i] = unscaled.shiftRight(Long.SIZE * i).longValue();
      }
      ArrowBuf data = vector.getDataBuffer();
      for (int row = 0; row < rows; row++) {
        holds[row >> 6] |= operator.holds(compare(data, (long) row * words, key)) << row;
      }
    };
  }

  private static int compare(ArrowBuf data, long firstWord, long[] key) {
    int top = key.length - 1;
    int outcome = Long.compare(data.getLong((firstWord + top) * Long.BYTES), key[top]);
    for (int i = top - 1; outcome == 0 && i >= 0; i--) {
      outcome = Long.compareUnsigned(data.getLong((firstWord + i) * Long.BYTES), key[i]);
    }
    return outcome;
  }

  /** Byte by byte without sign: for UTF-8 the order of code points. */
  private static Comparison bytes(Operator operator, byte[] constant) {
    return (vector, rows, holds) -> {
      ArrowBuf data = vector.getDataBuffer();
      if (vector instanceof BaseVariableWidthVector) {
        ArrowBuf offsets = vector.getOffsetBuffer();
        for (int row = 0; row < rows; row++) {
          int start = offsets.getInt((long) row << 2);
          int end = offsets.getInt((long) (row + 1) << 2);
          holds[row >> 6] |= operator.holds(compare(data, start, end, constant)) << row;
        }
      } else {
        int width = width(vector);
        for (int row = 0; row < rows; row++) {
          int start = row * width;
          holds[row >> 6] |= operator.holds(compare(data, start, start + width, constant)) << row;
        }
      }
    };
  }

  private static int compare(ArrowBuf data, int start, int end, byte[] constant) {
    return Integer.signum(
        ByteFunctionHelpers.compare(data, start, end, constant, 0, constant.length));
  }

  private static int width(FieldVector vector) {
    return ((BaseFixedWidthVector) vector).getTypeWidth();
  }
}
