package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Where the values of a run of rows begin and end in a variable-width vector's data. */
final class Offsets {
  private final int width;
  private byte[] run = new byte[0];

  private Offsets(int width) {
    this.width = width;
  }

  /** Of Utf8 and Binary. */
  static Offsets ofInts() {
    return new Offsets(Integer.BYTES);
  }

  /** Of LargeUtf8 and LargeBinary. */
  static Offsets ofLongs() {
    return new Offsets(Long.BYTES);
  }

  /** Reads the offsets of the rows [from, to): {@link #at}(0) is where row {@code from} begins. */
  void read(FieldVector vector, int from, int to) {
    int length = Math.multiplyExact(to - from + 1, width);
    if (run.length < length) {
      run = new byte[length];
    }
    vector.getOffsetBuffer().getBytes((long) from * width, run, 0, length);
  }

  long at(int index) {
    return width == Integer.BYTES
        ? (int) INT.get(run, index << 2)
        : (long) LONG.get(run, index << 3);
  }

  /** Bytes of the value of one row of the run. */
  int length(int index) {
    long length = at(index + 1) - at(index);
    if (length > Integer.MAX_VALUE) {
      throw new ArithmeticException(
          "a value of %d bytes, where 2 GiB are the most".formatted(length));
    }
    return (int) length;
  }

  /**
   * How many of the rows [from, to) surely begin within {@code room} bytes when each value stands
   * behind its length: at least one if there is room at all. Nulls are taken for values, so that
   * one may have to ask again.
   */
  int fit(FieldVector vector, int from, int to, long room) {
    read(vector, from, to);
    int rows = 0;
    for (long left = room; left > 0 && rows < to - from; rows++) {
      left -= Integer.BYTES + length(rows);
    }
    return rows;
  }

  /** Bytes of the values of the rows [from, to). */
  long bytes(FieldVector vector, int from, int to) {
    ArrowBuf offsets = vector.getOffsetBuffer();
    return width == Integer.BYTES
        ? offsets.getInt((long) to * width) - offsets.getInt((long) from * width)
        : offsets.getLong((long) to * width) - offsets.getLong((long) from * width);
  }
}
