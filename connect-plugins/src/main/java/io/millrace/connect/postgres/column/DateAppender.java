package io.millrace.connect.postgres.column;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.DateDayVector;

/** date: days since 2000-01-01 become days since 1970-01-01. */
final class DateAppender extends FixedWidthAppender {
  private static final int SHIFT = 10_957;

  DateAppender(DateDayVector vector, String column) {
    super(vector, column);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Integer.BYTES;
      if (length == Integer.BYTES) {
        MemoryUtil.putInt(slot, days(chunk.nextInt32(i)));
      } else {
        MemoryUtil.putInt(slot, 0);
        setNull(firstRow + i, length);
      }
    }
  }

  private int days(int value) {
    if (value == Integer.MAX_VALUE || value == Integer.MIN_VALUE) {
      throw unfit(
          value > 0 ? "infinity" : "-infinity", "replace it in the table by a date or NULL");
    }
    return value + SHIFT;
  }
}
