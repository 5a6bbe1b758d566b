package io.millrace.connect.postgres.column.append;

import org.apache.arrow.vector.BaseFixedWidthVector;

/** What appenders of values of one width share: two addresses, which move when the vector grows. */
public abstract class FixedWidthAppender extends ColumnAppender {
  private static final int FIRST_ROWS = 1024;

  private final BaseFixedWidthVector vector;
  private final int width;

  /** Where row 0 lies; {@link #reserve} moves it. */
  protected long data;

  private long validity;

  /** An appender to a vector of which nothing is allocated yet. */
  protected FixedWidthAppender(BaseFixedWidthVector vector) {
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

  /** Marks so many rows as present; {@code setNull} takes single ones back. */
  protected final void setPresent(int firstRow, int count) {
    Bitmap.append(validity, firstRow, count);
  }

  /** Takes a row back whose value has no length but that of NULL. */
  protected final void setNull(int tuple, int row, int length) {
    requireNull(tuple, length);
    setNull(row);
  }

  /** Takes a row back whose value NULL replaces. */
  protected final void setNull(int row) {
    Bitmap.clear(validity, row);
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
