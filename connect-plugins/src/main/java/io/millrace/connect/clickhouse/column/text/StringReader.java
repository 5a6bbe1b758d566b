package io.millrace.connect.clickhouse.column.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.UnreadableBlock;
import io.millrace.connect.clickhouse.column.read.VariableWidthReader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.HexFormat;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** {@code String}: a length (varint) and so many bytes each. */
final class StringReader extends VariableWidthReader {
  /** Up to here eight bytes at a time are faster than a call. */
  private static final int SHORT = 32;

  private static final int ONE_BYTE = 0x80;
  private static final long NOT_ASCII = 0x8080808080808080L;
  private static final int SHOWN = 32;

  private final CharsetDecoder utf8 = UTF_8.newDecoder();
  private final CharBuffer characters = CharBuffer.allocate(1024);
  private ByteBuffer scratch = ByteBuffer.allocate(1024);

  StringReader(FieldVector vector) {
    super(vector);
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
    if (isAscii(data(), used)) {
      return;
    }
    for (int row = 0; row < count; row++) {
      int from = start(row);
      int length = start(row + 1) - from;
      if (!isAscii(data() + from, length) && !nulls.isNull(row)) {
        requireUtf8(row, data() + from, length);
      }
    }
  }

  private static boolean isAscii(long address, int length) {
    long bits = 0;
    int i = 0;
    for (; i <= length - Long.BYTES; i += Long.BYTES) {
      bits |= MemoryUtil.getLong(address + i);
    }
    for (; i < length; i++) {
      bits |= MemoryUtil.getByte(address + i);
    }
    return (bits & NOT_ASCII) == 0;
  }

  private void requireUtf8(int row, long address, int length) {
    if (length > scratch.capacity()) {
      scratch = ByteBuffer.allocate(Math.max(length, 2 * scratch.capacity()));
    }
    MemoryUtil.copyFromMemory(address, scratch.array(), 0, length);
    scratch.clear().limit(length);
    utf8.reset();
    CoderResult result;
    do { // the characters themselves are of no use
      result = utf8.decode(scratch, characters.clear(), /* endOfInput= */ true);
    } while (result.isOverflow());
    if (result.isError()) {
      throw UnreadableBlock.unrepresentable(
          row,
          "the bytes %s%s are not UTF-8: select hex() or base64Encode() of it"
              .formatted(
                  HexFormat.of().formatHex(scratch.array(), 0, Math.min(length, SHOWN)),
                  length > SHOWN ? "..." : ""));
    }
  }
}
