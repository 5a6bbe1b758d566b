package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;

/** The fields inside a value: int32 length, -1 for NULL, and so many bytes each. */
final class InnerFields {
  private InnerFields() {}

  /**
   * The place after a field whose length stands at {@code at}.
   *
   * @param end the byte after the value's last
   */
  static int skip(int tuple, byte[] bytes, int at, int end) {
    int length = TupleChunk.int32(bytes, at);
    int next = at + Integer.BYTES + Math.max(length, 0);
    if (length < -1 || next < 0 || next > end) {
      throw UnreadableValue.malformed(tuple, "a field of %d bytes".formatted(length));
    }
    return next;
  }

  /** Makes sure that the last field ends where the value does. */
  static void requireEnd(int tuple, int at, int end) {
    if (at != end) {
      throw UnreadableValue.malformed(tuple, "a value with %d bytes too many".formatted(end - at));
    }
  }
}
