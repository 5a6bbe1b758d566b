package io.millrace.connect.clickhouse.column.text;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.read.VariableWidthReader;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** {@code String}: a length (varint) and so many bytes each. */
final class StringReader extends VariableWidthReader {
  /** Up to here eight bytes at a time are faster than a call. */
  private static final int SHORT = 32;

  private static final int ONE_BYTE = 0x80;

  private final Utf8Check utf8 = new Utf8Check();
  private final Unrepresentable policy;

  StringReader(FieldVector vector, Unrepresentable policy) {
    super(vector);
    this.policy = policy;
  }

  @Override
  protected void append(NativeInput in, int first, int count, NullMap nulls) {
    int row = first;
    int end = first + count;
    while (row < end) {
      row = appendReady(in, row, end);
      if (row < end) {
        appendLong(in);
        endRow(row++);
      }
    }
  }

  /**
   * Appends values that lie ready as a whole and have a length of one byte; says where it stopped.
   */
  private int appendReady(NativeInput in, int from, int to) {
    byte[] bytes = in.buffer();
    int at = in.position();
    int ready = in.end();
    int row = from;
    for (; row < to && at < ready; row++) {
      int length = bytes[at] & 0xff;
      if (length >= ONE_BYTE || length > ready - at - 1) {
        break;
      }
      long target = room(in, length);
      at++;
      if (length <= SHORT) {
        for (int i = 0; i < length; i += Long.BYTES) {
          MemoryUtil.putLong(target + i, MemoryUtil.getLong(bytes, at + i));
        }
      } else {
        MemoryUtil.copyToMemory(bytes, at, target, length);
      }
      at += length;
      used += length;
      endRow(row);
    }
    in.advance(at);
    return row;
  }

  /** In pieces, so that nothing is reserved for bytes that never come. */
  private void appendLong(NativeInput in) {
    int left = in.varint(Integer.MAX_VALUE, "the length of a string");
    while (left > 0) {
      if (in.isAtEnd()) {
        throw UnreadableBlock.ended("the answer ends in the middle of a string", null);
      }
      int piece = Math.min(left, in.end() - in.position());
      in.copyTo(room(in, piece), piece);
      used += piece;
      left -= piece;
    }
  }

  @Override
  protected void check(int count, NullMap nulls) {
    utf8.check(vector(), policy);
  }
}
