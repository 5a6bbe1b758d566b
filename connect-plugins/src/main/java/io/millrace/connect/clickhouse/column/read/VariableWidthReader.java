package io.millrace.connect.clickhouse.column.read;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;
import org.apache.arrow.vector.FieldVector;

/** What readers of values of any length share: their bytes, and where each value ends. */
public abstract class VariableWidthReader extends ValueReader {
  /** So many rows are reserved at a time. */
  private static final int PIECE = 1 << 12;

  private static final int FIRST_BYTES = 64 << 10;

  /** Values may be written eight bytes at a time. */
  private static final int SLACK = Long.BYTES;

  private final BaseVariableWidthVector vector;
  private long data;
  private long offsets;
  private int capacity;

  /** How many bytes of the vector are taken. */
  protected int used;

  /** A reader into a vector of which nothing is allocated yet. */
  protected VariableWidthReader(FieldVector vector) {
    this.vector = (BaseVariableWidthVector) vector;
  }

  @Override
  public final BaseVariableWidthVector vector() {
    return vector;
  }

  @Override
  public final void read(NativeInput in, int count, NullMap nulls) {
    if (vector.getValueCapacity() == 0) {
      vector.allocateNew(FIRST_BYTES, Math.max(1, Math.min(count, PIECE)));
    }
    locate();
    used = 0;
    MemoryUtil.putInt(offsets, 0);
    in.claim((long) count * Integer.BYTES);
    for (int done = 0; done < count; done += PIECE) {
      int piece = Math.min(PIECE, count - done);
      while (vector.getValueCapacity() < done + piece) {
        vector.reallocValidityAndOffsetBuffers();
      }
      locate();
      append(in, done, piece, nulls);
    }
    if (count > 0) {
      nulls.writeTo(vector.getValidityBufferAddress(), count);
    }
    vector.setLastSet(count - 1);
    vector.setValueCount(count);
    check(count, nulls);
  }

  private void locate() {
    data = vector.getDataBufferAddress();
    offsets = vector.getOffsetBufferAddress();
    capacity = (int) Math.min(Integer.MAX_VALUE, vector.getDataBuffer().capacity()) - SLACK;
  }

  /** Appends the values of so many rows, by {@link #room} and {@link #endRow}. */
  protected abstract void append(NativeInput in, int first, int count, NullMap nulls);

  /** Looks at all values once they are there. */
  protected void check(int count, NullMap nulls) {}

  /**
   * The address for the next bytes, with room for so many and eight more.
   *
   * @throws UnreadableBlock if that were more than the block may take
   */
  protected final long room(NativeInput in, int length) {
    if (length > capacity - used) {
      grow(in, length);
    }
    return data + used;
  }

  private void grow(NativeInput in, int length) {
    long wanted = (long) used + length + SLACK;
    in.claim(wanted / 2); // of what this buffer takes twice as much each time
    if (wanted > Integer.MAX_VALUE) {
      throw UnreadableBlock.malformed("its texts would take more than 2 GiB");
    }
    vector.reallocDataBuffer(wanted);
    locate();
  }

  /** The row's value ends here. */
  protected final void endRow(int row) {
    MemoryUtil.putInt(offsets + (long) (row + 1) * Integer.BYTES, used);
  }
}
