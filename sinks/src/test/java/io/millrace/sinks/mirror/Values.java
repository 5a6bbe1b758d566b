package io.millrace.sinks.mirror;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;
import org.apache.arrow.vector.TimeStampVector;
import org.apache.arrow.vector.VarBinaryVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.FixedSizeListVector;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.StructVector;
import org.apache.arrow.vector.types.pojo.Schema;

/** Java values into vectors, and rows of vectors as texts. */
public final class Values {
  private Values() {}

  /** Rows of values, NULL as null; the caller closes them. */
  public static VectorSchemaRoot batch(
      Schema schema, List<Object[]> rows, BufferAllocator allocator) {
    VectorSchemaRoot root = VectorSchemaRoot.create(schema, allocator);
    root.allocateNew();
    for (int row = 0; row < rows.size(); row++) {
      for (int column = 0; column < schema.getFields().size(); column++) {
        set(root.getVector(column), row, rows.get(row)[column]);
      }
    }
    root.setRowCount(rows.size());
    return root;
  }

  public static void set(FieldVector vector, int row, Object value) {
    while (vector.getValueCapacity() <= row) {
      vector.reAlloc();
    }
    if (value == null) {
      vector.setNull(row);
    } else if (vector instanceof BaseIntVector v) {
      v.setWithPossibleTruncate(row, ((Number) value).longValue());
    } else if (vector instanceof Float4Vector v) {
      v.set(row, ((Number) value).floatValue());
    } else if (vector instanceof Float8Vector v) {
      v.set(row, ((Number) value).doubleValue());
    } else if (vector instanceof BitVector v) {
      v.set(row, (boolean) value ? 1 : 0);
    } else if (vector instanceof DecimalVector v) {
      v.set(row, ((BigDecimal) value).setScale(v.getScale()));
    } else if (vector instanceof Decimal256Vector v) {
      v.set(row, ((BigDecimal) value).setScale(v.getScale()));
    } else if (vector instanceof DateDayVector v) {
      v.set(row, (int) value);
    } else if (vector instanceof TimeStampVector v) {
      v.set(row, (long) value);
    } else if (vector instanceof IntervalMonthDayNanoVector v) {
      v.set(row, (int) value, -(int) value, 1_000_000_007L * (int) value);
    } else if (vector instanceof FixedSizeBinaryVector v) {
      v.set(row, (byte[]) value);
    } else if (vector instanceof VarBinaryVector v) {
      v.setSafe(row, (byte[]) value);
    } else if (vector instanceof VarCharVector v) {
      v.setSafe(row, ((String) value).getBytes(UTF_8));
    } else {
      setNested(vector, row, value);
    }
  }

  private static void setNested(FieldVector vector, int row, Object value) {
    if (vector instanceof FixedSizeListVector v) {
      v.setNotNull(row);
      for (int i = 0; i < v.getListSize(); i++) {
        set(v.getDataVector(), row * v.getListSize() + i, ((List<?>) value).get(i));
      }
    } else if (vector instanceof ListVector v) { // also of a map
      int at = v.startNewValue(row);
      for (Object element : (List<?>) value) {
        set(v.getDataVector(), at++, element);
      }
      v.endValue(row, ((List<?>) value).size());
    } else if (vector instanceof StructVector v) {
      v.setIndexDefined(row);
      ((Map<?, ?>) value).forEach((name, of) -> set(v.getChild((String) name), row, of));
    } else {
      throw new IllegalArgumentException("No way to set a " + vector.getClass());
    }
  }

  /** Each row as a text: two are equal if and only if their values are. */
  public static List<String> texts(VectorSchemaRoot batch) {
    List<String> rows = new ArrayList<>();
    for (int row = 0; row < batch.getRowCount(); row++) {
      List<String> cells = new ArrayList<>();
      for (FieldVector vector : batch.getFieldVectors()) {
        cells.add(text(vector.getObject(row)));
      }
      rows.add(String.join(" | ", cells));
    }
    return rows;
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : String.valueOf(value);
  }
}
