package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import org.apache.arrow.vector.complex.ListVector;

/** A multirange, as {@code multirange_send} gives it: int32 count, then ranges with lengths. */
final class MultirangeAppender extends ListAppender {
  MultirangeAppender(ListVector vector, ColumnAppender range) {
    super(vector.getField().isNullable(), new Lists(vector), range);
  }

  @Override
  void add(int tuple, byte[] bytes, int at, int end) {
    int count = TupleChunk.int32(bytes, at);
    int next = at + Integer.BYTES;
    for (int i = 0; i < count; i++) {
      next = addElement(tuple, bytes, next, end);
    }
    InnerFields.requireEnd(tuple, next, end);
    lists.add(count);
  }
}
