package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.ListVector;

/** pgvector's vector of any dimension, in the bytes of {@link FixedSizeVectorAppender}. */
final class AnySizeVectorAppender extends ColumnAppender {
  private static final int HEADER = 4;

  private final Lists lists;
  private final FloatElements floats;

  AnySizeVectorAppender(ListVector vector) {
    super(vector.getField().isNullable());
    this.lists = new Lists(vector);
    this.floats = new FloatElements((Float4Vector) vector.getDataVector());
  }

  @Override
  public void reserve(int rows) {}

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      if (length >= HEADER) {
        int at = chunk.next(i, length);
        int dimension = TupleChunk.int16(chunk.tuple(i), at);
        if (length != HEADER + dimension * Float.BYTES) {
          throw UnreadableValue.malformed(i, "a vector of %d bytes".formatted(length));
        }
        floats.add(chunk.tuple(i), at + HEADER, dimension);
        lists.add(dimension);
      } else {
        requireNull(i, length);
        lists.addNull();
      }
    }
  }

  @Override
  public long bytes(int rows) {
    return lists.bytes() + floats.bytes();
  }

  @Override
  public void finish(int rows) {
    lists.finish();
    floats.finish();
  }

  @Override
  public void reset() {
    lists.reset();
    floats.reset();
  }
}
