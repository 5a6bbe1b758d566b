package io.millrace.connect.clickhouse.column.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.util.HexFormat;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;

/** Finds texts that are not UTF-8: ClickHouse takes any bytes for a string. Not thread-safe. */
public final class Utf8Check {
  private static final long NOT_ASCII = 0x8080808080808080L;
  private static final int SHOWN = 32;

  private final CharsetDecoder utf8 = UTF_8.newDecoder();
  private final CharBuffer characters = CharBuffer.allocate(1024);
  private ByteBuffer scratch = ByteBuffer.allocate(1024);

  /**
   * Looks at all values of a vector that are not NULL.
   *
   * @param policy what becomes of those that are not UTF-8
   */
  public void check(BaseVariableWidthVector texts, Unrepresentable policy) {
    int count = texts.getValueCount();
    if (count == 0) {
      return;
    }
    long data = texts.getDataBufferAddress();
    long offsets = texts.getOffsetBufferAddress();
    int first = start(offsets, 0);
    if (isAscii(data + first, start(offsets, count) - first)) {
      return;
    }
    for (int row = 0; row < count; row++) {
      long from = data + start(offsets, row);
      int length = start(offsets, row + 1) - start(offsets, row);
      if (!isAscii(from, length) && !texts.isNull(row) && !isUtf8(from, length)) {
        policy.nullify(
            texts,
            row,
            "the bytes %s%s are not UTF-8: select hex() or base64Encode() of it"
                .formatted(
                    HexFormat.of().formatHex(scratch.array(), 0, Math.min(length, SHOWN)),
                    length > SHOWN ? "..." : ""));
      }
    }
  }

  private static int start(long offsets, int row) {
    return MemoryUtil.getInt(offsets + (long) row * Integer.BYTES);
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

  private boolean isUtf8(long address, int length) {
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
    return !result.isError();
  }
}
