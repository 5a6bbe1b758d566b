package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.Bitmap;
import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.vector.BitVector;

/** boolean: a byte becomes a bit. */
final class BoolAppender extends FixedWidthAppender {
  BoolAppender(BitVector vector) {
    super(vector);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    Bitmap.append(data, firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      if (length == 1) {
        if (chunk.nextByte(i) == 0) {
          Bitmap.clear(data, firstRow + i);
        }
      } else {
        Bitmap.clear(data, firstRow + i);
        setNull(i, firstRow + i, length);
      }
    }
  }

  @Override
  public long bytes(int rows) {
    return rows >> 2;
  }
}
