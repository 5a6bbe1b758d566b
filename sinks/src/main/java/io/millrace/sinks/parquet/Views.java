package io.millrace.sinks.parquet;

import static io.millrace.sinks.parquet.PageBytes.INT;

import java.util.Arrays;
import org.apache.arrow.vector.BaseVariableWidthViewVector;
import org.apache.arrow.vector.FieldVector;

/**
 * The values of Utf8View and BinaryView: 16 bytes each, of which the first four are the length. Up
 * to 12 bytes of value follow at once; of a longer one its first four, the number of the buffer it
 * lies in, and where (Arrow columnar format, "Variable-size Binary View Layout").
 */
final class Views implements ByteStrings {
  private static final int WIDTH = 16;
  private static final int INLINE = 12;
  private static final int VALUE = 4;
  private static final int BUFFER = 8;
  private static final int OFFSET = 12;

  private byte[] run = new byte[0];
  private int count;
  private BaseVariableWidthViewVector source;

  @Override
  public void read(FieldVector vector, int from, int to) {
    source = (BaseVariableWidthViewVector) vector;
    count = to - from;
    int length = Math.multiplyExact(count, WIDTH);
    if (run.length < length) {
      run = new byte[length];
    }
    source.getDataBuffer().getBytes((long) from * WIDTH, run, 0, length);
    // what the view of a null holds is not said anywhere
    for (int i = 0; i < count; i++) {
      if (source.isNull(from + i)) {
        Arrays.fill(run, i * WIDTH, (i + 1) * WIDTH, (byte) 0);
      }
    }
  }

  @Override
  public int length(int index) {
    return (int) INT.get(run, index * WIDTH);
  }

  @Override
  public long size() {
    long size = 0;
    for (int i = 0; i < count; i++) {
      size += length(i);
    }
    return size;
  }

  @Override
  public void copy(byte[] out, int at) {
    int next = at;
    for (int i = 0; i < count; i++) {
      int view = i * WIDTH;
      int length = length(i);
      if (length <= INLINE) {
        System.arraycopy(run, view + VALUE, out, next, length);
      } else {
        source
            .getDataBuffers()
            .get((int) INT.get(run, view + BUFFER))
            .getBytes((int) INT.get(run, view + OFFSET), out, next, length);
      }
      next += length;
    }
  }

  @Override
  public long bytes(FieldVector vector, int from, int to) {
    read(vector, from, to);
    return size();
  }
}
