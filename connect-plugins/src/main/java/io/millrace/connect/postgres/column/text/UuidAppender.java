package io.millrace.connect.postgres.column.text;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FixedSizeBinaryVector;

/** uuid: 16 bytes as they come. */
final class UuidAppender extends FixedWidthAppender {
  private static final int WIDTH = 16;

  UuidAppender(FixedSizeBinaryVector vector) {
    super(vector);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * WIDTH;
      if (length == WIDTH) {
        MemoryUtil.putLong(slot, Long.reverseBytes(chunk.nextInt64(i)));
        MemoryUtil.putLong(slot + Long.BYTES, Long.reverseBytes(chunk.nextInt64(i)));
      } else {
        MemoryUtil.putLong(slot, 0L);
        MemoryUtil.putLong(slot + Long.BYTES, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }
}
