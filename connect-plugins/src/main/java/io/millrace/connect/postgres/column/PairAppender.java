package io.millrace.connect.postgres.column;

import java.util.List;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.complex.StructVector;

/** The pairs of a map: tuples of two texts, of which the first is never NULL. */
final class PairAppender extends ColumnAppender {
  private final StructVector vector;
  private final BytesAppender keys;
  private final BytesAppender values;

  PairAppender(StructVector vector) {
    super(/* nullable= */ false);
    this.vector = vector;
    this.keys = BytesAppender.plain((VarCharVector) vector.getChildrenFromFields().get(0));
    this.values = BytesAppender.plain((VarCharVector) vector.getChildrenFromFields().get(1));
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
    try (ArrowBuf validity = presence.toBuffer(vector.getAllocator())) {
      vector.loadFieldBuffers(presence.node(), List.of(validity));
    }
  }

  @Override
  public void reset() {
    keys.reset();
    values.reset();
  }
}
