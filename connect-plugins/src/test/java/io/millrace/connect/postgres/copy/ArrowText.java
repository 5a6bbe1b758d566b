package io.millrace.connect.postgres.copy;

import java.math.BigDecimal;
import java.util.HexFormat;
import java.util.StringJoiner;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeMicroVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.UInt4Vector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * A value of a vector as text that SQL can make, too: numbers as they are, instants as
 * microseconds, floats and bytes in hex, {@code [a|b]} for lists and {@code (a|b)} for structs.
 */
public final class ArrowText {
  private static final long NANOS = 1000;

  private ArrowText() {}

  /** The text; null for NULL. */
  public static String of(ValueVector vector, int row) {
    if (vector.isNull(row)) {
      return null;
    } else if (vector instanceof Float4Vector v) {
      return HexFormat.of().toHexDigits(Float.floatToRawIntBits(v.get(row)));
    } else if (vector instanceof Float8Vector v) {
      return HexFormat.of().toHexDigits(Double.doubleToRawLongBits(v.get(row)));
    } else if (vector instanceof VarBinaryVector v) {
      return HexFormat.of().formatHex(v.get(row));
    } else if (vector instanceof FixedSizeBinaryVector v) {
      return HexFormat.of().formatHex(v.get(row));
    } else if (vector instanceof DateDayVector v) {
      return Integer.toString(v.get(row));
    } else if (vector instanceof TimeMicroVector v) {
      return Long.toString(v.get(row));
    } else if (vector instanceof TimeStampVector v) {
      return Long.toString(v.get(row));
    } else if (vector instanceof UInt4Vector v) {
      return Integer.toUnsignedString(v.get(row));
    } else if (vector instanceof IntervalMonthDayNanoVector v) {
      return interval(v, row);
    }
    return nested(vector, row);
  }

  private static String interval(IntervalMonthDayNanoVector vector, int row) {
    long nanos = vector.getDataBuffer().getLong(row * 16L + 8);
    return "%d %d %s"
        .formatted(
            vector.getDataBuffer().getInt(row * 16L),
            vector.getDataBuffer().getInt(row * 16L + 4),
            nanos % NANOS == 0 ? Long.toString(nanos / NANOS) : nanos + "ns");
  }

  private static String nested(ValueVector vector, int row) {
    if (vector instanceof MapVector v) {
      var pairs = (StructVector) v.getDataVector();
      var text = new StringJoiner("|", "{", "}");
      for (int i = v.getElementStartIndex(row); i < v.getElementEndIndex(row); i++) {
        text.add(
            of(pairs.getChild(MapVector.KEY_NAME), i)
                + "=>"
                + of(pairs.getChild(MapVector.VALUE_NAME), i));
      }
      return text.toString();
    } else if (vector instanceof ListVector v) {
      return list(v.getDataVector(), v.getElementStartIndex(row), v.getElementEndIndex(row));
    } else if (vector instanceof FixedSizeListVector v) {
      return list(v.getDataVector(), v.getElementStartIndex(row), v.getElementEndIndex(row));
    } else if (vector instanceof StructVector v) {
      var text = new StringJoiner("|", "(", ")");
      for (FieldVector child : v.getChildrenFromFields()) {
        text.add(String.valueOf(of(child, row)));
      }
      return text.toString();
    }
    Object object = vector.getObject(row);
    return object instanceof BigDecimal number ? number.toPlainString() : object.toString();
  }

  private static String list(ValueVector elements, int from, int to) {
    var text = new StringJoiner("|", "[", "]");
    for (int i = from; i < to; i++) {
      text.add(String.valueOf(of(elements, i)));
    }
    return text.toString();
  }
}
