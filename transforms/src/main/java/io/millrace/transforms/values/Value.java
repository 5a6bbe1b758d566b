package io.millrace.transforms.values;

import java.math.BigDecimal;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;

/** A value of a type, to be compared with or put into vectors of it. */
public sealed interface Value {
  /** Writes it; the vector's fixed-width buffers are large enough. */
  void put(FieldVector vector, int row);

  /** A value of a type of {@link io.millrace.transforms.values.Whole}, in its unit. */
  record OfLong(long value, Layout layout) implements Value {
    @Override
    public void put(FieldVector vector, int row) {
      layout.set(vector.getDataBuffer(), row, value);
      BitVectorHelper.setBit(vector.getValidityBuffer(), row);
    }
  }

  /** A float32 or float64. */
  record OfDouble(double value) implements Value {
    @Override
    public void put(FieldVector vector, int row) {
      if (vector instanceof Float4Vector single) {
        single.set(row, (float) value);
      } else {
        ((Float8Vector) vector).set(row, value);
      }
    }
  }

  /** A decimal in its type's scale. */
  record OfDecimal(BigDecimal value) implements Value {
    @Override
    public void put(FieldVector vector, int row) {
      if (vector instanceof Decimal256Vector wide) {
        wide.set(row, value);
      } else {
        ((DecimalVector) vector).set(row, value);
      }
    }
  }

  /** Text as UTF-8, or other bytes; not to be changed. */
  @SuppressWarnings("ArrayRecordComponent") // never compared as a record
  record OfBytes(byte[] value) implements Value {
    @Override
    public void put(FieldVector vector, int row) {
      if (vector instanceof FixedSizeBinaryVector fixed) {
        fixed.set(row, value);
      } else {
        ((BaseVariableWidthVector) vector).setSafe(row, value);
      }
    }
  }
}
