package io.millrace.connect.postgres.column;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.TimeMicroVector;

/** time without time zone: microseconds since midnight. Arrow's day ends before 24:00:00. */
final class TimeAppender extends FixedWidthAppender {
  private static final long DAY = 86_400_000_000L;

  TimeAppender(TimeMicroVector vector, String column) {
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
    if (value >= DAY) {
      throw unfit("24:00:00", "replace it in the table by 00:00:00 or NULL");
    }
    return value;
  }
}
