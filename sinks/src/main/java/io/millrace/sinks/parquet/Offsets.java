package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;
import static io.millrace.sinks.parquet.PageBytes.LONG;

import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.FieldVector;

/** Where the values of a run begin and end in the data of a variable-width vector or a list. */
final class Offsets implements ByteStrings, Extents {
  private final int width;
  private byte[] run = new byte[0];
  private int count;
  private FieldVector source;

  private Offsets(int width) {
    this.width = width;
  }

  /** Of Utf8, Binary, List and Map. */
  static Offsets ofInts() {
    return new Offsets(Integer.BYTES);
  }

  /** Of LargeUtf8, LargeBinary and LargeList. */
  static Offsets ofLongs() {
    return new Offsets(Long.BYTES);
  }

  @Override
  public void read(FieldVector vector, int from, int to) {
    int length = Math.multiplyExact(to - from + 1, width);
    if (run.length < length) {
      run = new byte[length];
    }
    vector.getOffsetBuffer().getBytes((long) from * width, run, 0, length);
    source = vector;
    count = to - from;
  }

  /** Where value {@code index} of the run begins in the data, and the one before it ends. */
  @Override
  public long at(int index) {
    return width == Integer.BYTES
        ? (int) INT.get(run, index << 2)
        : (long) LONG.get(run, index << 3);
  }

  @Override
  public int length(int index) {
    long length = at(index + 1) - at(index);
    if (length > Integer.MAX_VALUE) {
      throw new ArithmeticException(
          "a value of %d bytes, where 2 GiB are the most".formatted(length));
    }
    return (int) length;
  }

  @Override
  public long size() {
    return at(count) - at(0);
  }

  @Override
  public void copy(byte[] out, int at) {
    source.getDataBuffer().getBytes(at(0), out, at, Math.toIntExact(size()));
  }

  @Override
  public long bytes(FieldVector vector, int from, int to) {
    ArrowBuf offsets = vector.getOffsetBuffer();
    return width == Integer.BYTES
        ? offsets.getInt((long) to * width) - offsets.getInt((long) from * width)
        : offsets.getLong((long) to * width) - offsets.getLong((long) from * width);
  }
}
