package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.DecimalVector;

/** money: a whole number of 64 bits becomes one of 128, as which Arrow holds decimals. */
final class MoneyAppender extends FixedWidthAppender {
  MoneyAppender(DecimalVector vector) {
    super(vector);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * DecimalVector.TYPE_WIDTH;
      if (length == Long.BYTES) {
        put(slot, chunk.nextInt64(i));
      } else {
        put(slot, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private static void put(long slot, long value) {
    MemoryUtil.putLong(slot, value);
    MemoryUtil.putLong(slot + Long.BYTES, value >> (Long.SIZE - 1));
  }
}
