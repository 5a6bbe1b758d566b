package io.millrace.connect.postgres.column.append;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;

/** What appenders of values of any length share: their buffer, and where each value ends. */
public abstract class VariableWidthAppender extends ColumnAppender {
  private static final int FIRST_ROWS = 1024;
  private static final int FIRST_BYTES = 16 << 10;

  /** A buffer that one large value made is not kept for the batches after it. */
  private static final int LARGE = 16 << 20;

  private final BaseVariableWidthVector vector;
  private long data;
  private long offsets;
  private long validity;
  private long capacity;
  private int used;

  /** An appender to a vector of which nothing is allocated yet. */
  protected VariableWidthAppender(BaseVariableWidthVector vector) {
    super(vector.getField().isNullable());
    this.vector = vector;
    reset();
  }

  @Override
  public final void reserve(int rows) {
    if (rows > vector.getValueCapacity()) {
      while (rows > vector.getValueCapacity()) {
        vector.reallocValidityAndOffsetBuffers();
      }
      locate();
    }
  }

  private void locate() {
    data = vector.getDataBufferAddress();
    offsets = vector.getOffsetBufferAddress();
    validity = vector.getValidityBufferAddress();
    capacity = vector.getDataBuffer().capacity();
  }

  /** Marks so many rows as present; {@link #setNull} takes single ones back. */
  protected final void setPresent(int firstRow, int count) {
    Bitmap.append(validity, firstRow, count);
  }

  /** Takes a row back whose value has no length but that of NULL. */
  protected final void setNull(int tuple, int row, int length) {
    requireNull(tuple, length);
    Bitmap.clear(validity, row);
  }

  /** The address for the next bytes, with room for so many. */
  protected final long room(int length) {
    if (length > capacity - used) {
      vector.reallocDataBuffer((long) used + length);
      locate();
    }
    return data + used;
  }

  /** Counts so many bytes as written. */
  protected final void use(int length) {
    used += length;
  }

  /** The row's value ends here. */
  protected final void endRow(int row) {
    MemoryUtil.putInt(offsets + (long) (row + 1) * Integer.BYTES, used);
  }

  @Override
  public final long bytes(int rows) {
    return used + (long) rows * Integer.BYTES + (rows >> 3);
  }

  @Override
  public final void finish(int rows) {
    vector.setLastSet(rows - 1);
    vector.setValueCount(rows);
  }

  @Override
  public final void reset() {
    if (vector.getValueCapacity() == 0 || capacity > LARGE) {
      vector.allocateNew(FIRST_BYTES, FIRST_ROWS);
      locate();
    }
    used = 0;
    MemoryUtil.putInt(offsets, 0);
  }
}
