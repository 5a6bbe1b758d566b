package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/** Values of 32 bits that Arrow holds as Postgres sends them, byte order apart: integer, real. */
final class Bits32Appender extends FixedWidthAppender {
  Bits32Appender(BaseFixedWidthVector vector) {
    super(vector);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Integer.BYTES;
      if (length == Integer.BYTES) {
        MemoryUtil.putInt(slot, chunk.nextInt32(i));
      } else {
        MemoryUtil.putInt(slot, 0);
        setNull(i, firstRow + i, length);
      }
    }
  }
}
