package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.column.append.ValueType;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.complex.ListVector;

/**
 * An array, as a list in a list for each dimension declared.
 *
 * <p>The bytes are those of {@code array_send}: int32 number of dimensions, whether there are
 * NULLs, OID of the elements; for each dimension int32 length and lower bound; then the elements,
 * the last dimension running fastest, each int32 length and bytes.
 */
final class ArrayAppender extends ListAppender {
  private static final int HEADER = 12;
  private static final int DIMENSION = 8;

  /** From the outermost to the innermost, which is also {@link #lists}. */
  private final List<Lists> levels;

  private final int depth;
  private final Unrepresentable policy;

  private ArrayAppender(
      boolean nullable, List<Lists> levels, ColumnAppender element, Unrepresentable policy) {
    super(nullable, levels.get(levels.size() - 1), element);
    this.levels = levels;
    this.depth = levels.size();
    this.policy = policy;
  }

  /** An appender to as many list vectors in each other as the array is deep. */
  static ArrayAppender open(
      ListVector outermost, int depth, ValueType element, Unrepresentable policy) {
    var levels = new ArrayList<Lists>();
    ListVector vector = outermost;
    for (int i = 1; i < depth; i++) {
      levels.add(new Lists(vector));
      vector = (ListVector) vector.getDataVector();
    }
    levels.add(new Lists(vector));
    return new ArrayAppender(
        outermost.getField().isNullable(),
        List.copyOf(levels),
        element.appender(vector.getDataVector(), policy),
        policy);
  }

  @Override
  void add(int tuple, byte[] bytes, int at, int end) {
    int dimensions = TupleChunk.int32(bytes, at);
    if (dimensions == 0) {
      InnerFields.requireEnd(tuple, at + HEADER, end);
      levels.get(0).add(0);
      return;
    }
    if (dimensions != depth) {
      policy.nullify(
          tuple,
          "an array of %d dimensions".formatted(dimensions),
          "its column is declared with %d; declare the depth the values have".formatted(depth));
      addNull();
      return;
    }
    long count = 1;
    for (int level = 0; level < depth; level++) {
      int length = TupleChunk.int32(bytes, at + HEADER + level * DIMENSION);
      if (length <= 0 || count * length > end - at) {
        throw UnreadableValue.malformed(tuple, "an array of %d elements".formatted(length));
      }
      for (long i = 0; i < count; i++) {
        levels.get(level).add(length);
      }
      count *= length;
    }
    int next = at + HEADER + depth * DIMENSION;
    for (long i = 0; i < count; i++) {
      next = addElement(tuple, bytes, next, end);
    }
    InnerFields.requireEnd(tuple, next, end);
  }

  @Override
  void addNull() {
    levels.get(0).addNull();
  }

  @Override
  int outerRow(int list) {
    int row = list;
    for (int level = depth - 2; level >= 0; level--) {
      row = levels.get(level).rowOf(row);
    }
    return row;
  }

  /** {@code [2][1]}, whatever the array's own lower bounds. */
  @Override
  String subscript(int row, int element) {
    var text = new StringBuilder();
    int inner = element;
    for (int level = depth - 1; level >= 0; level--) {
      int list = levels.get(level).rowOf(inner);
      text.insert(0, "[%d]".formatted(inner - levels.get(level).start(list) + 1));
      inner = list;
    }
    return text.toString();
  }

  @Override
  public long bytes(int rows) {
    long bytes = super.bytes(rows);
    for (int level = 0; level < depth - 1; level++) {
      bytes += levels.get(level).bytes();
    }
    return bytes;
  }

  @Override
  public void finish(int rows) {
    for (int level = 0; level < depth - 1; level++) {
      levels.get(level).finish();
    }
    super.finish(rows);
  }

  @Override
  public void reset() {
    super.reset();
    levels.forEach(Lists::reset);
  }
}
