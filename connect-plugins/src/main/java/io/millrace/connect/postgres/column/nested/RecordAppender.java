package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import java.util.List;
import org.apache.arrow.vector.complex.StructVector;

/**
 * A composite, as {@code record_send} gives it: int32 number of fields; for each the OID of its
 * type, int32 length and bytes.
 */
final class RecordAppender extends StructAppender {
  RecordAppender(StructVector vector, List<ColumnAppender> fields) {
    super(vector, fields);
  }

  @Override
  void add(int tuple, byte[] bytes, int at, int end) {
    int fields = TupleChunk.int32(bytes, at);
    if (fields != parts.length) {
      throw new UnreadableValue(
          tuple,
          "it has %d fields where its type had %d: the type was altered meanwhile; run again"
              .formatted(fields, parts.length));
    }
    int next = at + Integer.BYTES;
    for (TupleChunk part : parts) {
      next += Integer.BYTES;
      part.add(bytes, next);
      next = InnerFields.skip(tuple, bytes, next, end);
    }
    InnerFields.requireEnd(tuple, next, end);
  }
}
