package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.text.TextTypes;
import io.millrace.connect.postgres.server.PostgresType;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.MapVector;
import org.apache.arrow.vector.complex.StructVector;
import org.postgresql.core.Oid;

/**
 * hstore, as {@code hstore_send} gives it: int32 number of pairs; for each int32 length and bytes
 * of the key, then of the value.
 */
final class HstoreAppender extends ListAppender {
  private static final ValueType TEXT =
      TextTypes.sent(new PostgresType.Scalar("text", Oid.TEXT, -1));

  private HstoreAppender(boolean nullable, Lists lists, ColumnAppender pairs) {
    super(nullable, lists, pairs);
  }

  static HstoreAppender open(MapVector vector, Unrepresentable policy) {
    var pairs = (StructVector) vector.getDataVector();
    List<FieldVector> texts = pairs.getChildrenFromFields();
    return new HstoreAppender(
        vector.getField().isNullable(),
        new Lists(vector),
        new PairAppender(
            pairs, TEXT.appender(texts.get(0), policy), TEXT.appender(texts.get(1), policy)));
  }

  @Override
  void add(int tuple, byte[] bytes, int at, int end) {
    int count = TupleChunk.int32(bytes, at);
    int next = at + Integer.BYTES;
    for (int i = 0; i < count; i++) {
      elements.add(bytes, next);
      next = InnerFields.skip(tuple, bytes, InnerFields.skip(tuple, bytes, next, end), end);
    }
    InnerFields.requireEnd(tuple, next, end);
    lists.add(count);
  }
}
