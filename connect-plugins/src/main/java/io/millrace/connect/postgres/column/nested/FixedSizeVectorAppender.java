package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import org.apache.arrow.vector.Float4Vector;
import org.apache.arrow.vector.complex.FixedSizeListVector;

/**
 * pgvector's vector(n), as {@code vector_send} gives it: int16 number of elements, int16 that is 0,
 * then the elements as float32.
 */
final class FixedSizeVectorAppender extends ColumnAppender {
  private static final int HEADER = 4;

  private final FixedSizeListVector vector;
  private final int dimension;
  private final Presence presence = new Presence();
  private final FloatElements floats;

  FixedSizeVectorAppender(FixedSizeListVector vector) {
    super(vector.getField().isNullable());
    this.vector = vector;
    this.dimension = vector.getListSize();
    this.floats = new FloatElements((Float4Vector) vector.getDataVector());
  }

  @Override
  public void reserve(int rows) {}

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      if (length == HEADER + dimension * Float.BYTES) {
        int at = chunk.next(i, length);
        requireDimension(i, TupleChunk.int16(chunk.tuple(i), at));
        floats.add(chunk.tuple(i), at + HEADER, dimension);
      } else {
        requireNull(i, length);
        floats.addZeros(dimension);
      }
      presence.add(length >= 0);
    }
  }

  private void requireDimension(int tuple, int found) {
    if (found != dimension) {
      throw UnreadableValue.malformed(tuple, "a vector of %d elements".formatted(found));
    }
  }

  @Override
  public long bytes(int rows) {
    return floats.bytes() + (rows >> 3);
  }

  @Override
  public void finish(int rows) {
    floats.finish();
    presence.finish(vector);
  }

  @Override
  public void reset() {
    presence.reset();
    floats.reset();
  }
}
