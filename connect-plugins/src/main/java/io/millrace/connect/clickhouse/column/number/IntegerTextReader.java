package io.millrace.connect.clickhouse.column.number;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.connect.clickhouse.column.read.NativeInput;
import io.millrace.connect.clickhouse.column.read.NullMap;
import io.millrace.connect.clickhouse.column.read.VariableWidthReader;
import java.math.BigInteger;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.FieldVector;

/** Integers of 128 and 256 bits, as decimal digits. */
final class IntegerTextReader extends VariableWidthReader {
  private static final int MOST_DIGITS = 78;

  private final byte[] bytes;
  private final Digits digits;

  /** What bytes mean, the most significant first. */
  @FunctionalInterface
  interface Digits {
    BigInteger of(byte[] bytes);
  }

  static BigInteger signed(byte[] bytes) {
    return new BigInteger(bytes);
  }

  static BigInteger unsigned(byte[] bytes) {
    return new BigInteger(1, bytes);
  }

  IntegerTextReader(FieldVector vector, int width, Digits digits) {
    super(vector);
    this.bytes = new byte[width];
    this.digits = digits;
  }

  @Override
  protected void append(NativeInput in, int first, int count, NullMap nulls) {
    for (int i = first; i < first + count; i++) {
      for (int at = bytes.length; at > 0; at -= Long.BYTES) {
        putBigEndian(at - Long.BYTES, in.int64());
      }
      byte[] text = digits.of(bytes).toString().getBytes(US_ASCII);
      MemoryUtil.copyToMemory(text, 0, room(in, MOST_DIGITS), text.length);
      used += text.length;
      endRow(i);
    }
  }

  private void putBigEndian(int at, long word) {
    for (int i = 0; i < Long.BYTES; i++) {
      bytes[at + i] = (byte) (word >>> (Long.SIZE - Byte.SIZE - i * Byte.SIZE));
    }
  }
}
