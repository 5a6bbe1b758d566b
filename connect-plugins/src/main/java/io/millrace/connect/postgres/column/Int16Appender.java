package io.millrace.connect.postgres.column;

import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/** smallint. */
final class Int16Appender extends FixedWidthAppender {
  Int16Appender(BaseFixedWidthVector vector) {
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
