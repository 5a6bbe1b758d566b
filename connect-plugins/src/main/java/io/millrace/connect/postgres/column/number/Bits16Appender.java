package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/** smallint. */
final class Bits16Appender extends FixedWidthAppender {
  Bits16Appender(BaseFixedWidthVector vector) {
    super(vector);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * Short.BYTES;
      if (length == Short.BYTES) {
        MemoryUtil.putShort(slot, chunk.nextInt16(i));
      } else {
        MemoryUtil.putShort(slot, (short) 0);
        setNull(i, firstRow + i, length);
      }
    }
  }
}
