package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/**
 * Values of 64 bits that Arrow holds as Postgres sends them, byte order apart: bigint, double
 * precision.
 */
final class Bits64Appender extends FixedWidthAppender {
  Bits64Appender(BaseFixedWidthVector vector) {
    super(vector);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Long.BYTES;
      if (length == Long.BYTES) {
        MemoryUtil.putLong(slot, chunk.nextInt64(i));
      } else {
        MemoryUtil.putLong(slot, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }
}
