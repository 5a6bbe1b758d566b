package io.millrace.connect.postgres.column.time;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.TimeMicroVector;

/** time without time zone: microseconds since midnight. Arrow's day ends before 24:00:00. */
final class TimeAppender extends FixedWidthAppender {
  private static final long DAY = 86_400_000_000L;

  private final Unrepresentable policy;

  TimeAppender(TimeMicroVector vector, Unrepresentable policy) {
    super(vector);
    this.policy = policy;
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Long.BYTES;
      if (length == Long.BYTES) {
        long micros = chunk.nextInt64(i);
        if (micros >= DAY) {
          putMidnight(slot, i, firstRow + i);
        } else {
          MemoryUtil.putLong(slot, micros);
        }
      } else {
        MemoryUtil.putLong(slot, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private void putMidnight(long slot, int tuple, int row) {
    boolean clamped =
        policy.clamps(tuple, "24:00:00", "replace it in the table by 00:00:00 or NULL");
    MemoryUtil.putLong(slot, clamped ? DAY - 1 : 0L);
    if (!clamped) {
      setNull(row);
    }
  }
}
