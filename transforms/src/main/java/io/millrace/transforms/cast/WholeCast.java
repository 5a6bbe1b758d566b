package io.millrace.transforms.cast;

import io.millrace.transforms.values.Layout;
import io.millrace.transforms.values.Whole;
import org.apache.arrow.vector.FieldVector;

/** Whole numbers of one unit to whole numbers of another: times something, or divided by it. */
final class WholeCast implements Kernel {
  private final Whole from;
  private final Whole to;
  private final boolean floors;

  /** A cast within one dimension; what is cut down to days need not be whole days. */
  WholeCast(Whole from, Whole to) {
    this.from = from;
    this.to = to;
    this.floors = to.dimension() == Whole.Dimension.DAY_AND_TIME && to.perOne() == 1;
  }

  @Override
  public void cast(FieldVector from, FieldVector to, int rows, Misfits misfits) {
    Layout in = this.from.layout();
    Layout out = this.to.layout();
    long[] chunk = new long[Math.min(CHUNK, rows)];
    for (int first = 0; first < rows; first += CHUNK) {
      int count = Math.min(CHUNK, rows - first);
      in.read(from.getDataBuffer(), first, count, chunk);
      if (this.to.perOne() >= this.from.perOne()) {
        multiply(chunk, first, count, from, to, misfits);
      } else {
        divide(chunk, first, count, from, to, misfits);
      }
      out.write(to.getDataBuffer(), first, count, chunk);
    }
  }

  private void multiply(
      long[] chunk, int first, int count, FieldVector vector, FieldVector into, Misfits misfits) {
    long by = to.perOne() / from.perOne();
    // What is within these bounds fits when multiplied, and cannot overflow.
    long least = Math.max(from.least(), to.least() / by);
    long most = to.most() / by;
    for (int i = 0; i < count; i++) {
      long value = chunk[i];
      if (value < least || value > most) {
        misfits.unlessNull(vector, into, first + i);
      }
      chunk[i] = value * by;
    }
  }

  private void divide(
      long[] chunk, int first, int count, FieldVector vector, FieldVector into, Misfits misfits) {
    long by = from.perOne() / to.perOne();
    for (int i = 0; i < count; i++) {
      long value = chunk[i];
      long quotient = Math.floorDiv(value, by);
      boolean whole = floors || quotient * by == value;
      if (!whole || quotient < to.least() || quotient > to.most()) {
        misfits.unlessNull(vector, into, first + i);
      }
      chunk[i] = quotient;
    }
  }
}
