package io.millrace.connect.postgres.column;

import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;

/**
 * hstore, as {@code hstore_send} gives it: int32 number of pairs; for each int32 length and bytes
 * of the key, then of the value.
 */
final class HstoreAppender extends ListAppender {
  private HstoreAppender(boolean nullable, Lists lists, ColumnAppender pairs) {
    super(nullable, lists, pairs);
  }

  static HstoreAppender open(MapVector vector) {
    return new HstoreAppender(
        vector.getField().isNullable(),
        new Lists(vector),
        new PairAppender((StructVector) vector.getDataVector()));
  }

  @Override
  void add(int tuple, byte[] bytes, int at, int end) {
    int count = TupleChunk.int32(bytes, at);
    int next = at + Integer.BYTES;
    for (int i = 0; i < count; i++) {
      elements.add(bytes, next);
      next = skip(tuple, bytes, skip(tuple, bytes, next, end), end);
    }
    requireEnd(tuple, next, end);
    lists.add(count);
  }

  @Override
  String subscript(int row, int element) {
    return "[%d]".formatted(element - lists.start(row) + 1);
  }
}
