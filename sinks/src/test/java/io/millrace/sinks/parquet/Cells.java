package io.millrace.sinks.parquet;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.DateMilliVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.DurationVector;
import org.apache.arrow.vector.ExtensionTypeVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float2Vector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntVector;
import org.apache.arrow.vector.IntervalDayVector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.IntervalYearVector;
import org.apache.arrow.vector.LargeVarBinaryVector;
import org.apache.arrow.vector.LargeVarCharVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.SmallIntVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeMilliVector;
import org.apache.arrow.vector.TimeNanoVector;
import org.apache.arrow.vector.TimeSecVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.UInt1Vector;
import org.apache.arrow.vector.UInt2Vector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.UInt8Vector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.LargeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;

/** Sets single values, which the product never does. */
public final class Cells {
  private Cells() {}

  /** A null with something below it, which must not reach the file. */
  public record Hidden(Object below) {}

  /** Sets a value of any type; nested ones as {@link NestedCells} takes them. */
  public static void set(FieldVector vector, int row, Object value) {
    if (vector instanceof ExtensionTypeVector<?> v) {
      set(v.getUnderlyingVector(), row, value);
    } else if (value instanceof Hidden hidden) {
      set(vector, row, hidden.below());
      BitVectorHelper.unsetBit(vector.getValidityBuffer(), row);
    } else if (value == null) {
      setNull(vector, row);
    } else if (vector instanceof StructVector
        || vector instanceof ListVector
        || vector instanceof LargeListVector
        || vector instanceof FixedSizeListVector) {
      NestedCells.set(vector, row, value);
    } else if (value instanceof PeriodDuration interval) {
      setInterval(vector, row, interval);
    } else if (value instanceof byte[] bytes) {
      setBytes(vector, row, bytes);
    } else if (value instanceof String text) {
      setBytes(vector, row, text.getBytes(StandardCharsets.UTF_8));
    } else if (value instanceof BigDecimal decimal) {
      setDecimal(vector, row, decimal);
    } else if (value instanceof Boolean bit) {
      ((BitVector) vector).setSafe(row, bit ? 1 : 0);
    } else if (vector instanceof Float4Vector v) {
      v.setSafe(row, ((Number) value).floatValue());
    } else if (vector instanceof Float8Vector v) {
      v.setSafe(row, ((Number) value).doubleValue());
    } else {
      setInteger(vector, row, ((Number) value).longValue());
    }
  }

  /** Leaves garbage below the null, which must not reach the file. */
  private static void setNull(FieldVector vector, int row) {
    if (vector instanceof NullVector) {
      return;
    }
    if (vector instanceof BaseFixedWidthVector fixed && fixed.getTypeWidth() > 0) {
      while (vector.getValueCapacity() <= row) {
        vector.reAlloc();
      }
      long width = fixed.getTypeWidth();
      fixed.getDataBuffer().setOne(row * width, width);
    }
    vector.setNull(row);
  }

  private static void setBytes(FieldVector vector, int row, byte[] bytes) {
    if (vector instanceof VarCharVector v) {
      v.setSafe(row, bytes);
    } else if (vector instanceof LargeVarCharVector v) {
      v.setSafe(row, bytes);
    } else if (vector instanceof VarBinaryVector v) {
      v.setSafe(row, bytes);
    } else if (vector instanceof LargeVarBinaryVector v) {
      v.setSafe(row, bytes);
    } else if (vector instanceof BaseVariableWidthViewVector v) {
      v.setSafe(row, bytes);
    } else {
      ((FixedSizeBinaryVector) vector).setSafe(row, bytes);
    }
  }

  private static void setDecimal(FieldVector vector, int row, BigDecimal value) {
    if (vector instanceof DecimalVector v) {
      v.setSafe(row, value);
    } else {
      ((Decimal256Vector) vector).setSafe(row, value);
    }
  }

  private static void setInterval(FieldVector vector, int row, PeriodDuration value) {
    int months = (int) value.getPeriod().toTotalMonths();
    int days = (int) value.getPeriod().get(ChronoUnit.DAYS);
    if (vector instanceof IntervalYearVector v) {
      v.setSafe(row, months);
    } else if (vector instanceof IntervalDayVector v) {
      v.setSafe(row, days, (int) value.getDuration().toMillis());
    } else {
      Duration time = value.getDuration();
      long nanoseconds = time.getSeconds() * 1_000_000_000 + time.getNano();
      ((IntervalMonthDayNanoVector) vector).setSafe(row, months, days, nanoseconds);
    }
  }

  private static void setInteger(FieldVector vector, int row, long value) {
    if (vector instanceof Float2Vector v) {
      v.setSafe(row, (short) value);
    } else if (vector instanceof DateMilliVector v) {
      v.setSafe(row, value);
    } else if (vector instanceof DurationVector v) {
      v.setSafe(row, value);
    } else if (vector instanceof TinyIntVector v) {
      v.setSafe(row, (byte) value);
    } else if (vector instanceof SmallIntVector v) {
      v.setSafe(row, (short) value);
    } else if (vector instanceof IntVector v) {
      v.setSafe(row, (int) value);
    } else if (vector instanceof BigIntVector v) {
      v.setSafe(row, value);
    } else if (vector instanceof UInt1Vector v) {
      v.setSafe(row, (byte) value);
    } else if (vector instanceof UInt2Vector v) {
      v.setSafe(row, (char) value);
    } else if (vector instanceof UInt4Vector v) {
      v.setSafe(row, (int) value);
    } else if (vector instanceof UInt8Vector v) {
      v.setSafe(row, value);
    } else if (vector instanceof DateDayVector v) {
      v.setSafe(row, (int) value);
    } else if (vector instanceof TimeSecVector v) {
      v.setSafe(row, (int) value);
    } else if (vector instanceof TimeMilliVector v) {
      v.setSafe(row, (int) value);
    } else if (vector instanceof TimeMicroVector v) {
      v.setSafe(row, value);
    } else if (vector instanceof TimeNanoVector v) {
      v.setSafe(row, value);
    } else {
      ((TimeStampVector) vector).setSafe(row, value);
    }
  }
}
