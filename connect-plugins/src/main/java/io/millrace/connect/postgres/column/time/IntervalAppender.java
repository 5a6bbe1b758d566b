package io.millrace.connect.postgres.column.time;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.IntervalMonthDayNanoVector;

/**
 * interval: int64 microseconds, int32 days, int32 months become int32 months, int32 days, int64
 * nanoseconds.
 */
final class IntervalAppender extends FixedWidthAppender {
  private static final int WIDTH = 16;
  private static final int NANOS = 1000;
  private static final long MOST_MICROS = Long.MAX_VALUE / NANOS;

  private final Unrepresentable policy;

  IntervalAppender(IntervalMonthDayNanoVector vector, Unrepresentable policy) {
    super(vector);
    this.policy = policy;
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * WIDTH;
      if (length == WIDTH) {
        long micros = chunk.nextInt64(i);
        int days = chunk.nextInt32(i);
        int months = chunk.nextInt32(i);
        if (micros >= -MOST_MICROS && micros <= MOST_MICROS) {
          put(slot, months, days, micros * NANOS);
        } else {
          putBeyond(slot, i, firstRow + i, months, days, micros);
        }
      } else {
        put(slot, 0, 0, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private static void put(long slot, int months, int days, long nanos) {
    MemoryUtil.putInt(slot, months);
    MemoryUtil.putInt(slot + Integer.BYTES, days);
    MemoryUtil.putLong(slot + Long.BYTES, nanos);
  }

  /** Infinity has the extreme in all three fields, and so keeps it. */
  private void putBeyond(long slot, int tuple, int row, int months, int days, long micros) {
    if (policy.clamps(
        tuple,
        name(months, days, micros),
        "replace it in the table by one whose time part is below 292 years, or by NULL")) {
      put(slot, months, days, micros > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
    } else {
      put(slot, 0, 0, 0L);
      setNull(row);
    }
  }

  private static String name(int months, int days, long micros) {
    if (months == Integer.MAX_VALUE && days == Integer.MAX_VALUE && micros == Long.MAX_VALUE) {
      return "infinity";
    } else if (months == Integer.MIN_VALUE
        && days == Integer.MIN_VALUE
        && micros == Long.MIN_VALUE) {
      return "-infinity";
    }
    return "an interval of %d months, %d days and %d microseconds".formatted(months, days, micros);
  }
}
