package io.millrace.connect.postgres.column;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.TimeStampVector;

/**
 * timestamp with and without time zone: microseconds since 2000-01-01 become microseconds since
 * 1970-01-01.
 */
final class TimestampAppender extends FixedWidthAppender {
  private static final long SHIFT = 946_684_800_000_000L;

  TimestampAppender(TimeStampVector vector, String column) {
    super(vector, column);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Long.BYTES;
      if (length == Long.BYTES) {
        MemoryUtil.putLong(slot, micros(chunk.nextInt64(i)));
      } else {
        MemoryUtil.putLong(slot, 0L);
        setNull(firstRow + i, length);
      }
    }
  }

  private long micros(long value) {
    if (value > Long.MAX_VALUE - SHIFT || value == Long.MIN_VALUE) {
      throw unfit(name(value), "replace it in the table by an earlier time or NULL");
    }
    return value + SHIFT;
  }

  private static String name(long value) {
    if (value == Long.MAX_VALUE) {
      return "infinity";
    }
    return value == Long.MIN_VALUE ? "-infinity" : "a time after the year 294246";
  }
}
