package io.millrace.connect.clickhouse.column.time;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** Ticks of a length that Arrow has no unit for, as ten or a hundred of the next finer unit. */
final class ScaledReader extends FixedWidthReader {
  private static final int TEN = 10;

  private final long factor;
  private final long most;

  /** A reader of values that lack one or two decimals. */
  ScaledReader(FieldVector vector, int missing, Unrepresentable policy) {
    super(vector, Long.BYTES, policy);
    this.factor = missing == 1 ? TEN : TEN * TEN;
    this.most = Long.MAX_VALUE / factor;
  }

  @Override
  protected void convert(Span span) {
    for (int i = 0; i < span.count(); i++) {
      long at = span.slots() + (long) i * Long.BYTES;
      long ticks = MemoryUtil.getLong(at);
      if ((ticks > most || ticks < -most) && !span.isNull(i)) {
        replace(
            span,
            i,
            "%d ticks are beyond what 64 bits of Arrow's next unit hold: select it with 6 decimals"
                .formatted(ticks));
      }
      MemoryUtil.putLong(at, ticks * factor);
    }
  }
}
