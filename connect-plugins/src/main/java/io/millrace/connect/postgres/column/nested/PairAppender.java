package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.vector.complex.StructVector;

/** The pairs of a map: tuples of two texts, of which the first is never NULL. */
final class PairAppender extends ColumnAppender {
  private final StructVector vector;
  private final ColumnAppender keys;
  private final ColumnAppender values;

  PairAppender(StructVector vector, ColumnAppender keys, ColumnAppender values) {
    super(/* nullable= */ false);
    this.vector = vector;
    this.keys = keys;
    this.values = values;
  }

  @Override
  public void reserve(int rows) {
    keys.reserve(rows);
    values.reserve(rows);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    keys.append(chunk, firstRow);
    values.append(chunk, firstRow);
  }

  @Override
  public long bytes(int rows) {
    return keys.bytes(rows) + values.bytes(rows);
  }

  @Override
  public void finish(int rows) {
    keys.finish(rows);
    values.finish(rows);
    var presence = new Presence();
    for (int i = 0; i < rows; i++) {
      presence.add(/* present= */ true);
    }
    presence.finish(vector);
  }

  @Override
  public void reset() {
    keys.reset();
    values.reset();
  }
}
