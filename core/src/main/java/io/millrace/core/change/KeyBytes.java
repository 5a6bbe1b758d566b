package io.millrace.core.change;

import io.millrace.core.MillraceException;
import java.math.BigDecimal;
import java.util.Arrays;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * The canonical bytes of a key, by value: docs/changes.md has the table. Equal values have equal
 * bytes whatever the width of their type, the scale of a decimal or the sign of a zero.
 */
final class KeyBytes {
  private static final byte NULL = 0;
  private static final byte PRESENT = 1;

  private byte[] bytes = new byte[64];
  private int length;

  void clear() {
    length = 0;
  }

  byte[] array() {
    return bytes;
  }

  int length() {
    return length;
  }

  boolean sameAs(KeyBytes other) {
    return Arrays.equals(bytes, 0, length, other.bytes, 0, other.length);
  }

  /** Adds a value. */
  void add(ValueVector vector, int row) {
    if (vector.isNull(row)) {
      putByte(NULL);
      return;
    }
    putByte(PRESENT);
    if (vector instanceof Float4Vector v) {
      putDouble(v.get(row));
    } else if (vector instanceof Float8Vector v) {
      putDouble(v.get(row));
    } else if (vector instanceof BaseVariableWidthVector v) {
      int start = v.getStartOffset(row);
      putBytes(v.getDataBuffer(), start, v.getEndOffset(row) - start);
    } else if (vector instanceof FixedSizeBinaryVector v) {
      putBytes(v.getDataBuffer(), (long) row * v.getByteWidth(), v.getByteWidth());
    } else if (vector instanceof DecimalVector v) {
      putDecimal(v.getObjectNotNull(row));
    } else if (vector instanceof Decimal256Vector v) {
      putDecimal(v.getObjectNotNull(row));
    } else if (vector instanceof BaseFixedWidthVector v) {
      addFixed(v, row);
    } else {
      addNested(vector, row);
    }
  }

  private void addFixed(BaseFixedWidthVector vector, int row) {
    if (vector instanceof BitVector v) {
      putLong(v.get(row));
    } else if (vector instanceof UInt1Vector v) {
      putLong(v.get(row) & 0xffL);
    } else if (vector instanceof UInt2Vector v) {
      putLong(v.get(row));
    } else if (vector instanceof UInt4Vector v) {
      putLong(Integer.toUnsignedLong(v.get(row)));
    } else if (vector instanceof BaseIntVector v) {
      putLong(v.getValueAsLong(row));
    } else if (vector instanceof DateDayVector v) {
      putLong(v.get(row));
    } else if (vector instanceof TimeMicroVector v) {
      putLong(v.get(row));
    } else if (vector instanceof TimeStampVector v) {
      putLong(v.get(row));
    } else if (vector instanceof IntervalMonthDayNanoVector v) {
      long at = (long) row * IntervalMonthDayNanoVector.TYPE_WIDTH;
      putLong(v.getDataBuffer().getInt(at));
      putLong(v.getDataBuffer().getInt(at + Integer.BYTES));
      putLong(v.getDataBuffer().getLong(at + Long.BYTES));
    } else {
      throw unusable(vector);
    }
  }

  private void addNested(ValueVector vector, int row) {
    if (vector instanceof ListVector v) {
      int start = v.getElementStartIndex(row);
      int end = v.getElementEndIndex(row);
      putLong(end - start);
      for (int i = start; i < end; i++) {
        add(v.getDataVector(), i);
      }
    } else if (vector instanceof StructVector v) {
      for (FieldVector child : v.getChildrenFromFields()) {
        add(child, row);
      }
    } else {
      throw unusable(vector);
    }
  }

  private static MillraceException unusable(ValueVector vector) {
    return MillraceException.configuration(
        "Cannot use column \"%s\" as part of a key: there is no canonical form of its type %s"
            .formatted(vector.getName(), vector.getField().getType()));
  }

  private byte[] room(int count) {
    if (count > bytes.length - length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, Math.addExact(length, count)));
    }
    return bytes;
  }

  private void putByte(byte value) {
    room(1)[length++] = value;
  }

  private void putLong(long value) {
    byte[] to = room(Long.BYTES);
    for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
      to[length++] = (byte) (value >>> shift);
    }
  }

  /** All NaNs are one value, and so are both zeros. */
  private void putDouble(double value) {
    putLong(Double.doubleToLongBits(value == 0 ? 0.0 : value));
  }

  private void putBytes(ArrowBuf from, long at, int count) {
    putLong(count);
    from.getBytes(at, room(count), length, count);
    length += count;
  }

  /** Its shortest plain text, such as 1200 or -0.5: without zeros behind the last digit. */
  private void putDecimal(BigDecimal value) {
    String text = value.stripTrailingZeros().toPlainString();
    putLong(text.length());
    byte[] to = room(text.length());
    for (int i = 0; i < text.length(); i++) {
      to[length++] = (byte) text.charAt(i);
    }
  }
}
