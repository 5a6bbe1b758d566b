package io.millrace.connect.postgres.column;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;

/** Text and bytes: copied as they come, but for a prefix (jsonb's version) that is taken off. */
final class VariableWidthAppender extends ColumnAppender {
  private static final int FIRST_ROWS = 1024;
  private static final int FIRST_BYTES = 16 << 10;

  /** A buffer that one large value made is not kept for the batches after it. */
  private static final int LARGE = 16 << 20;

  private static final int JSONB_VERSION = 1;

  private final BaseVariableWidthVector vector;
  private final int prefix;
  private long data;
  private long offsets;
  private long validity;
  private long capacity;
  private int used;

  private VariableWidthAppender(BaseVariableWidthVector vector, String column, int prefix) {
    super(column, vector.getField().isNullable());
    this.vector = vector;
    this.prefix = prefix;
    reset();
  }

  /** An appender of the bytes as they come. */
  static VariableWidthAppender plain(BaseVariableWidthVector vector, String column) {
    return new VariableWidthAppender(vector, column, 0);
  }

  /** An appender of jsonb, which sends a version before its text. */
  static VariableWidthAppender jsonb(BaseVariableWidthVector vector, String column) {
    return new VariableWidthAppender(vector, column, 1);
  }

  @Override
  public void reserve(int rows) {
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

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    Bits.append(validity, firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i) - prefix;
      if (length >= 0) {
        if (prefix != 0) {
          requireVersion(chunk.nextByte(i));
        }
        if (length > capacity - used) {
          grow(length);
        }
        MemoryUtil.copyToMemory(chunk.tuple(i), chunk.next(i, length), data + used, length);
        used += length;
      } else {
        requireNull(length + prefix);
        Bits.clear(validity, firstRow + i);
      }
      MemoryUtil.putInt(offsets + (long) (firstRow + i + 1) * Integer.BYTES, used);
    }
  }

  private void requireVersion(byte version) {
    if (version != JSONB_VERSION) {
      throw unfit("jsonb of version " + version, "this Millrace knows version 1");
    }
  }

  private void grow(int length) {
    vector.reallocDataBuffer((long) used + length);
    locate();
  }

  @Override
  public long bytes(int rows) {
    return used + (long) rows * Integer.BYTES + (rows >> 3);
  }

  @Override
  public void finish(int rows) {
    vector.setLastSet(rows - 1);
    vector.setValueCount(rows);
  }

  @Override
  public void reset() {
    if (vector.getValueCapacity() == 0 || capacity > LARGE) {
      vector.allocateNew(FIRST_BYTES, FIRST_ROWS);
      locate();
    }
    used = 0;
    MemoryUtil.putInt(offsets, 0);
  }
}
