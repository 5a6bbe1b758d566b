package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import java.util.List;
import org.apache.arrow.vector.complex.StructVector;

/**
 * A range, as {@code range_send} gives it: a byte of flags, then each bound there is as int32
 * length and bytes. The flags are those of rangetypes.h.
 */
final class RangeAppender extends StructAppender {
  static final int EMPTY = 0x01;
  static final int LOWER_INCLUSIVE = 0x02;
  static final int UPPER_INCLUSIVE = 0x04;
  static final int LOWER_OPEN = 0x08;
  static final int UPPER_OPEN = 0x10;

  private static final byte[] TRUE = {0, 0, 0, 1, 1};
  private static final byte[] FALSE = {0, 0, 0, 1, 0};

  /** An appender of lower, upper, lower_inclusive, upper_inclusive and empty. */
  RangeAppender(StructVector vector, List<ColumnAppender> parts) {
    super(vector, parts);
  }

  @Override
  void add(int tuple, byte[] bytes, int at, int end) {
    int flags = bytes[at];
    int next = bound(tuple, 0, (flags & (EMPTY | LOWER_OPEN)) == 0, bytes, at + 1, end);
    next = bound(tuple, 1, (flags & (EMPTY | UPPER_OPEN)) == 0, bytes, next, end);
    InnerFields.requireEnd(tuple, next, end);
    parts[2].add((flags & LOWER_INCLUSIVE) == 0 ? FALSE : TRUE, 0);
    parts[3].add((flags & UPPER_INCLUSIVE) == 0 ? FALSE : TRUE, 0);
    parts[4].add((flags & EMPTY) == 0 ? FALSE : TRUE, 0);
  }

  private int bound(int tuple, int part, boolean present, byte[] bytes, int at, int end) {
    if (!present) {
      parts[part].addNull();
      return at;
    }
    parts[part].add(bytes, at);
    return InnerFields.skip(tuple, bytes, at, end);
  }
}
