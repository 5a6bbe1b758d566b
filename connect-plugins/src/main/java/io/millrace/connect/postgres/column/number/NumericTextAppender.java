package io.millrace.connect.postgres.column.number;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.VariableWidthAppender;
import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.VarCharVector;

/**
 * numeric that no Arrow decimal holds, as the text that {@code numeric_out} would give: all digits
 * before the point, and as many behind it as the value displays.
 *
 * <p>The bytes are those described at {@link DecimalAppender}.
 */
final class NumericTextAppender extends VariableWidthAppender {
  private static final int HEADER = 8;
  private static final int DIGITS = 4;
  private static final int NEGATIVE = 0x4000;
  private static final byte[] NAN = ascii("NaN");
  private static final byte[] INFINITY = ascii("Infinity");
  private static final byte[] MINUS_INFINITY = ascii("-Infinity");

  private byte[] text = new byte[64];
  private int length;

  NumericTextAppender(VarCharVector vector) {
    super(vector);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(US_ASCII);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int bytes = chunk.nextLength(i);
      if (bytes >= HEADER) {
        put(i, chunk.tuple(i), chunk.next(i, bytes), bytes);
      } else {
        setNull(i, firstRow + i, bytes);
      }
      endRow(firstRow + i);
    }
  }

  private void put(int tuple, byte[] bytes, int at, int size) {
    int digits = TupleChunk.int16(bytes, at);
    int weight = TupleChunk.int16(bytes, at + 2);
    int sign = TupleChunk.int16(bytes, at + 4) & 0xffff;
    int scale = TupleChunk.int16(bytes, at + 6);
    if (digits < 0 || scale < 0 || size != HEADER + digits * Short.BYTES) {
      throw UnreadableValue.malformed(tuple, "a numeric of %d bytes".formatted(size));
    }
    switch (sign) {
      case 0, NEGATIVE -> {
        render(bytes, at + HEADER, digits, weight, sign == NEGATIVE, scale);
        write(text, length);
      }
      case 0xc000 -> write(NAN, NAN.length);
      case 0xd000 -> write(INFINITY, INFINITY.length);
      case 0xf000 -> write(MINUS_INFINITY, MINUS_INFINITY.length);
      default -> throw UnreadableValue.malformed(tuple, "a numeric of sign %04x".formatted(sign));
    }
  }

  private void write(byte[] bytes, int count) {
    MemoryUtil.copyToMemory(bytes, 0, room(count), count);
    use(count);
  }

  /** The digits come in groups of four; the last one may hold more than the scale shows. */
  private void render(
      byte[] bytes, int first, int digits, int weight, boolean negative, int scale) {
    int most = DIGITS * (Math.max(weight, 0) + 1) + scale + DIGITS + 2;
    if (most > text.length) {
      text = Arrays.copyOf(text, most);
    }
    length = 0;
    if (negative) {
      text[length++] = '-';
    }
    int start = length;
    for (int group = 0; group <= weight; group++) {
      group(bytes, first, digits, group);
    }
    dropLeadingZeros(start);
    if (scale > 0) {
      text[length++] = '.';
      int end = length + scale;
      for (int group = weight + 1; length < end; group++) {
        group(bytes, first, digits, group);
      }
      length = end;
    }
  }

  private void group(byte[] bytes, int first, int digits, int group) {
    int value =
        group < 0 || group >= digits ? 0 : TupleChunk.int16(bytes, first + group * Short.BYTES);
    text[length++] = (byte) ('0' + value / 1000);
    text[length++] = (byte) ('0' + value / 100 % 10);
    text[length++] = (byte) ('0' + value / 10 % 10);
    text[length++] = (byte) ('0' + value % 10);
  }

  private void dropLeadingZeros(int start) {
    int from = start;
    while (from < length - 1 && text[from] == '0') {
      from++;
    }
    if (from == length) {
      text[length++] = '0';
    } else {
      System.arraycopy(text, from, text, start, length - from);
      length -= from - start;
    }
  }
}
