package io.millrace.sinks.mirror.evolution;

import java.util.List;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.BaseIntVector;
import org.apache.arrow.vector.Decimal256Vector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.Float8Vector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;

/** How values of a column's type become those of a wider one: exactly, each of them. */
enum Widening {
  /** The bytes are those of the wider type. */
  NONE {
    @Override
    void set(FieldVector from, FieldVector to, int row) {
      to.copyFromSafe(row, row, from);
    }
  },
  INT {
    @Override
    void set(FieldVector from, FieldVector to, int row) {
      long value = ((BaseIntVector) from).getValueAsLong(row);
      ((BaseIntVector) to).setWithPossibleTruncate(row, value);
    }
  },
  FLOAT {
    @Override
    void set(FieldVector from, FieldVector to, int row) {
      ((Float8Vector) to).set(row, ((Float4Vector) from).get(row));
    }
  },
  DECIMAL {
    @Override
    void set(FieldVector from, FieldVector to, int row) {
      var value =
          from instanceof DecimalVector narrow
              ? narrow.getObjectNotNull(row)
              : ((Decimal256Vector) from).getObjectNotNull(row);
      if (to instanceof DecimalVector wide) {
        wide.set(row, value.setScale(wide.getScale()));
      } else {
        var wide = (Decimal256Vector) to;
        wide.set(row, value.setScale(wide.getScale()));
      }
    }
  };

  abstract void set(FieldVector from, FieldVector to, int row);

  /** A column's values in the wider type; the caller closes them. */
  FieldVector widen(FieldVector from, Field field, BufferAllocator allocator) {
    int rows = from.getValueCount();
    FieldVector to = field.createVector(allocator);
    try {
      to.setInitialCapacity(rows);
      to.allocateNew();
      for (int row = 0; row < rows; row++) {
        if (!from.isNull(row)) {
          set(from, to, row);
        }
      }
      to.setValueCount(rows);
      return to;
    } catch (RuntimeException e) {
      to.close();
      throw e;
    }
  }

  /** From one field to the next of the same name; nothing if values may have become others. */
  static Optional<Widening> between(Field from, Field to) {
    if (!SourceTypes.keepValues(from, to)) {
      return Optional.empty();
    }
    if (from.getType().equals(to.getType())) {
      return sameWithin(from.getChildren(), to.getChildren())
          ? Optional.of(NONE)
          : Optional.empty();
    }
    if (from.getType() instanceof ArrowType.Int before
        && to.getType() instanceof ArrowType.Int after) {
      return before.getIsSigned()
              && after.getIsSigned()
              && before.getBitWidth() < after.getBitWidth()
          ? Optional.of(INT)
          : Optional.empty();
    }
    if (from.getType() instanceof ArrowType.FloatingPoint before
        && to.getType() instanceof ArrowType.FloatingPoint after) {
      return before.getPrecision() == FloatingPointPrecision.SINGLE
              && after.getPrecision() == FloatingPointPrecision.DOUBLE
          ? Optional.of(FLOAT)
          : Optional.empty();
    }
    if (from.getType() instanceof ArrowType.Decimal before
        && to.getType() instanceof ArrowType.Decimal after) {
      return between(before, after);
    }
    return Optional.empty();
  }

  private static Optional<Widening> between(ArrowType.Decimal from, ArrowType.Decimal to) {
    if (to.getScale() < from.getScale()
        || to.getPrecision() - to.getScale() < from.getPrecision() - from.getScale()) {
      return Optional.empty();
    }
    boolean sameBytes = to.getScale() == from.getScale() && to.getBitWidth() == from.getBitWidth();
    return Optional.of(sameBytes ? NONE : DECIMAL);
  }

  private static boolean sameWithin(List<Field> from, List<Field> to) {
    if (from.size() != to.size()) {
      return false;
    }
    for (int i = 0; i < from.size(); i++) {
      Field before = from.get(i);
      Field after = to.get(i);
      if (!before.getName().equals(after.getName())
          || !between(before, after).equals(Optional.of(NONE))) {
        return false;
      }
    }
    return true;
  }
}
