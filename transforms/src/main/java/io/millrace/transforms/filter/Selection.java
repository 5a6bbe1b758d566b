package io.millrace.transforms.filter;

import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.BitVectorHelper;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** Some rows of a batch, as runs of rows that follow each other. */
final class Selection {
  private final int[] firsts;
  private final int[] lengths;
  private final int runs;
  private final int rows;

  /** The rows whose bits are set, of so many. */
  Selection(long[] bits, int of) {
    int[] starts = new int[of / 2 + 1];
    int[] counts = new int[of / 2 + 1];
    int found = 0;
    int selected = 0;
    int row = next(bits, 0, of, 0);
    while (row < of) {
      int end = next(bits, row, of, -1L);
      starts[found] = row;
      counts[found++] = end - row;
      selected += end - row;
      row = next(bits, end, of, 0);
    }
    this.firsts = starts;
    this.lengths = counts;
    this.runs = found;
    this.rows = selected;
  }

  /** The next row from {@code row} on whose bit, turned over by {@code turned}, is set. */
  private static int next(long[] bits, int row, int of, long turned) {
    int at = row;
    while (at < of) {
      long word = (bits[at >> 6] ^ turned) >>> at;
      if (word != 0) {
        return Math.min(at + Long.numberOfTrailingZeros(word), of);
      }
      at = (at & -Long.SIZE) + Long.SIZE;
    }
    return of;
  }

  /** How many rows are selected. */
  int rows() {
    return rows;
  }

  /** The selected rows, copied; the batch stays as it is. */
  VectorSchemaRoot of(VectorSchemaRoot batch) {
    List<FieldVector> taken = new ArrayList<>();
    try {
      for (FieldVector vector : batch.getFieldVectors()) {
        FieldVector to = vector.getField().createVector(vector.getAllocator());
        taken.add(to);
        copy(vector, to);
      }
      return new VectorSchemaRoot(batch.getSchema(), taken, rows);
    } catch (RuntimeException e) {
      taken.forEach(FieldVector::close);
      throw e;
    }
  }

  private void copy(FieldVector from, FieldVector to) {
    to.setInitialCapacity(rows);
    if (from instanceof BitVector && to instanceof BitVector bits) {
      bits.allocateNew(rows);
      copyBits(from.getDataBuffer(), to.getDataBuffer());
      copyValidity(from, to);
    } else if (from instanceof BaseFixedWidthVector && to instanceof BaseFixedWidthVector fixed) {
      fixed.allocateNew(rows);
      copyFixed(from.getDataBuffer(), to.getDataBuffer(), fixed.getTypeWidth());
      copyValidity(from, to);
    } else if (from instanceof BaseVariableWidthVector
        && to instanceof BaseVariableWidthVector variable) {
      copyVariable(from, variable);
    } else if (!(from instanceof NullVector)) { // which has a count and nothing else
      copyAny(from, to);
    }
    to.setValueCount(rows);
  }

  private void copyFixed(ArrowBuf from, ArrowBuf to, int width) {
    long at = 0;
    for (int run = 0; run < runs; run++) {
      long start = (long) firsts[run] * width;
      if (width == Long.BYTES && lengths[run] == 1) {
        to.setLong(at, from.getLong(start));
      } else if (width == Integer.BYTES && lengths[run] == 1) {
        to.setInt(at, from.getInt(start));
      } else {
        to.setBytes(at, from, start, (long) lengths[run] * width);
      }
      at += (long) lengths[run] * width;
    }
  }

  private void copyValidity(FieldVector from, FieldVector to) {
    if (from.getNullCount() == 0) {
      to.getValidityBuffer().setOne(0, (rows + 7L) >> 3);
    } else {
      copyBits(from.getValidityBuffer(), to.getValidityBuffer());
    }
  }

  private void copyBits(ArrowBuf from, ArrowBuf to) {
    int at = 0;
    for (int run = 0; run < runs; run++) {
      for (int row = firsts[run]; row < firsts[run] + lengths[run]; row++) {
        if (BitVectorHelper.get(from, row) == 1) {
          BitVectorHelper.setBit(to, at);
        }
        at++;
      }
    }
  }

  private void copyVariable(FieldVector from, BaseVariableWidthVector to) {
    ArrowBuf offsets = from.getOffsetBuffer();
    long bytes = 0;
    for (int run = 0; run < runs; run++) {
      bytes += offset(offsets, firsts[run] + lengths[run]) - offset(offsets, firsts[run]);
    }
    to.allocateNew(bytes, rows);
    copyValidity(from, to);
    ArrowBuf newOffsets = to.getOffsetBuffer();
    int row = 0;
    int at = 0;
    newOffsets.setInt(0, 0);
    for (int run = 0; run < runs; run++) {
      int start = offset(offsets, firsts[run]);
      int end = offset(offsets, firsts[run] + lengths[run]);
      to.getDataBuffer().setBytes(at, from.getDataBuffer(), start, end - start);
      for (int i = 1; i <= lengths[run]; i++) {
        newOffsets.setInt((long) ++row << 2, at + offset(offsets, firsts[run] + i) - start);
      }
      at += end - start;
    }
    to.setLastSet(rows - 1);
  }

  private static int offset(ArrowBuf offsets, int row) {
    return offsets.getInt((long) row << 2);
  }

  /** Nested vectors and whatever else there is, value by value. */
  private void copyAny(FieldVector from, FieldVector to) {
    to.allocateNew();
    int at = 0;
    for (int run = 0; run < runs; run++) {
      for (int row = firsts[run]; row < firsts[run] + lengths[run]; row++) {
        to.copyFromSafe(row, at++, from);
      }
    }
  }
}
