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
        MemoryUtil.copyToMemory(chunk.tuple(i), chunk.next(i, WIDTH), slot, WIDTH);
      } else {
        MemoryUtil.setMemory(slot, WIDTH, (byte) 0);
        setNull(i, firstRow + i, length);
      }
    }
  }
}
