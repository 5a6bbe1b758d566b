package io.millrace.transforms.cast;

import io.millrace.transforms.values.Whole;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Floats and integers to each other, as long as the number stays the same. */
final class FloatCast {
  private FloatCast() {}

  /** Between the two widths of floats. */
  static Kernel floats(ArrowType.FloatingPoint from, ArrowType.FloatingPoint to) {
    return (vector, into, rows, misfits) -> {
      double[] chunk = new double[Math.min(Kernel.CHUNK, rows)];
      for (int first = 0; first < rows; first += Kernel.CHUNK) {
        int count = Math.min(Kernel.CHUNK, rows - first);
        read(from, vector, first, count, chunk);
        write(to, chunk, first, count, vector, into, misfits);
      }
    };
  }

  /** Floats without a fraction to integers. */
  static Kernel toIntegers(ArrowType.FloatingPoint from, Whole to) {
    return (vector, into, rows, misfits) -> {
      double[] chunk = new double[Math.min(Kernel.CHUNK, rows)];
      long[] whole = new long[chunk.length];
      for (int first = 0; first < rows; first += Kernel.CHUNK) {
        int count = Math.min(Kernel.CHUNK, rows - first);
        read(from, vector, first, count, chunk);
        for (int i = 0; i < count; i++) {
          long value = (long) chunk[i];
          // The largest long is what 2^63 and beyond are cut to, and no double is equal to it.
          if (value != chunk[i]
              || value == Long.MAX_VALUE
              || value < to.least()
              || value > to.most()) {
            misfits.unlessNull(vector, into, first + i);
          }
          whole[i] = value;
        }
        to.layout().write(into.getDataBuffer(), first, count, whole);
      }
    };
  }

  /** Integers to floats that are equal to them. */
  static Kernel fromIntegers(Whole from, ArrowType.FloatingPoint to) {
    return (vector, into, rows, misfits) -> {
      long[] whole = new long[Math.min(Kernel.CHUNK, rows)];
      double[] chunk = new double[whole.length];
      for (int first = 0; first < rows; first += Kernel.CHUNK) {
        int count = Math.min(Kernel.CHUNK, rows - first);
        from.layout().read(vector.getDataBuffer(), first, count, whole);
        for (int i = 0; i < count; i++) {
          chunk[i] = whole[i];
          if ((long) chunk[i] != whole[i] || whole[i] == Long.MAX_VALUE) {
            misfits.unlessNull(vector, into, first + i);
          }
        }
        write(to, chunk, first, count, vector, into, misfits);
      }
    };
  }

  private static void read(
      ArrowType.FloatingPoint type, FieldVector vector, int first, int count, double[] into) {
    var data = vector.getDataBuffer();
    if (type.getPrecision() == FloatingPointPrecision.SINGLE) {
      for (int i = 0; i < count; i++) {
        into[i] = data.getFloat((long) (first + i) << 2);
      }
    } else {
      for (int i = 0; i < count; i++) {
        into[i] = data.getDouble((long) (first + i) << 3);
      }
    }
  }

  private static void write(
      ArrowType.FloatingPoint type,
      double[] values,
      int first,
      int count,
      FieldVector vector,
      FieldVector into,
      Misfits misfits) {
    var data = into.getDataBuffer();
    if (type.getPrecision() == FloatingPointPrecision.SINGLE) {
      for (int i = 0; i < count; i++) {
        float narrow = (float) values[i];
        if (Double.compare(narrow, values[i]) != 0) {
          misfits.unlessNull(vector, into, first + i);
        }
        data.setFloat((long) (first + i) << 2, narrow);
      }
    } else {
      for (int i = 0; i < count; i++) {
        data.setDouble((long) (first + i) << 3, values[i]);
      }
    }
  }
}
