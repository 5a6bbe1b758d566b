package io.millrace.connect.postgres.column.time;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.DateDayVector;

/** date: days since 2000-01-01 become days since 1970-01-01. */
final class DateAppender extends FixedWidthAppender {
  private static final int SHIFT = 10_957;

  private final Unrepresentable policy;

  DateAppender(DateDayVector vector, Unrepresentable policy) {
    super(vector);
    this.policy = policy;
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Integer.BYTES;
      if (length == Integer.BYTES) {
        int days = chunk.nextInt32(i);
        if (days == Integer.MAX_VALUE || days == Integer.MIN_VALUE) {
          putInfinity(slot, i, firstRow + i, days > 0);
        } else {
          MemoryUtil.putInt(slot, days + SHIFT);
        }
      } else {
        MemoryUtil.putInt(slot, 0);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private void putInfinity(long slot, int tuple, int row, boolean positive) {
    String value = positive ? "infinity" : "-infinity";
    boolean clamped = policy.clamps(tuple, value, "replace it in the table by a date or NULL");
    MemoryUtil.putInt(slot, !clamped ? 0 : positive ? Integer.MAX_VALUE : -Integer.MAX_VALUE);
    if (!clamped) {
      setNull(row);
    }
  }
}
