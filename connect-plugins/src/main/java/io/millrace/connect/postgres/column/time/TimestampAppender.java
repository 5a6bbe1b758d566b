package io.millrace.connect.postgres.column.time;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.TimeStampVector;

/**
 * timestamp with and without time zone: microseconds since 2000-01-01 become microseconds since
 * 1970-01-01.
 */
final class TimestampAppender extends FixedWidthAppender {
  private static final long SHIFT = 946_684_800_000_000L;

  private final Unrepresentable policy;

  TimestampAppender(TimeStampVector vector, Unrepresentable policy) {
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
        if (micros > Long.MAX_VALUE - SHIFT || micros == Long.MIN_VALUE) {
          putBeyond(slot, i, firstRow + i, micros);
        } else {
          MemoryUtil.putLong(slot, micros + SHIFT);
        }
      } else {
        MemoryUtil.putLong(slot, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private void putBeyond(long slot, int tuple, int row, long micros) {
    boolean clamped =
        policy.clamps(tuple, name(micros), "replace it in the table by an earlier time or NULL");
    MemoryUtil.putLong(slot, !clamped ? 0L : micros > 0 ? Long.MAX_VALUE : -Long.MAX_VALUE);
    if (!clamped) {
      setNull(row);
    }
  }

  private static String name(long micros) {
    if (micros == Long.MAX_VALUE) {
      return "infinity";
    }
    return micros == Long.MIN_VALUE ? "-infinity" : "a time after the year 294246";
  }
}
