package io.millrace.connect.postgres.column;

import org.apache.arrow.vector.BaseFixedWidthVector;

/** What appenders of values of one width share: two addresses, which move when the vector grows. */
abstract class FixedWidthAppender extends ColumnAppender {
  private static final int FIRST_ROWS = 1024;

  private final BaseFixedWidthVector vector;
  private final int width;
  long data;
  private long validity;

  FixedWidthAppender(BaseFixedWidthVector vector) {
    super(vector.getField().isNullable());
    this.vector = vector;
    this.width = vector.getTypeWidth();
    vector.allocateNew(FIRST_ROWS);
    locate();
  }

  private void locate() {
    data = vector.getDataBufferAddress();
    validity = vector.getValidityBufferAddress();
  }

  @Override
  public final void reserve(int rows) {
    if (rows > vector.getValueCapacity()) {
      while (rows > vector.getValueCapacity()) {
        vector.reAlloc();
      }
      locate();
    }
  }

  /** Marks so many rows as present; {@link #setNull} takes single ones back. */
  final void setPresent(int firstRow, int count) {
    Bits.append(validity, firstRow, count);
  }

  final void setNull(int tuple, int row, int length) {
    requireNull(tuple, length);
    setNull(row);
  }

  final void setNull(int row) {
    Bits.clear(validity, row);
  }

  @Override
  public long bytes(int rows) {
    return (long) rows * width + (rows >> 3);
  }

  @Override
  public final void finish(int rows) {
    vector.setValueCount(rows);
  }

  @Override
  public final void reset() {}
}
