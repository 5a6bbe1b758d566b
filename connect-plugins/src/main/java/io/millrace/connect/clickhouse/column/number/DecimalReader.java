package io.millrace.connect.clickhouse.column.number;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import java.math.BigInteger;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;
import org.apache.arrow.vector.FieldVector;

/**
 * {@code Decimal(p, s)}: the value times 10 to the power of s, little-endian, of 4, 8, 16 or 32
 * bytes as p has up to 9, 18, 38 or 76 digits.
 */
final class DecimalReader extends FixedWidthReader {
  static final int MOST_DIGITS_128 = 38;
  static final int MOST_DIGITS_256 = 76;
  private static final int MOST_DIGITS_32 = 9;
  private static final int MOST_DIGITS_64 = 18;

  private final int precision;
  private final int width;
  private final int wireWidth;
  private final BigInteger bound;

  /** The upper bits of the bound: of 64 for narrow values, of the highest 64 for wide ones. */
  private final long boundWord;

  DecimalReader(FieldVector vector, int precision, Unrepresentable policy) {
    super(vector, wireWidth(precision), policy);
    this.precision = precision;
    this.width = ((BaseFixedWidthVector) vector).getTypeWidth();
    this.wireWidth = wireWidth(precision);
    this.bound = BigInteger.TEN.pow(precision);
    this.boundWord =
        bound.shiftRight(Math.max(0, wireWidth - Long.BYTES) * Byte.SIZE).longValueExact();
  }

  private static int wireWidth(int precision) {
    if (precision <= MOST_DIGITS_64) {
      return precision <= MOST_DIGITS_32 ? Integer.BYTES : Long.BYTES;
    }
    return precision <= MOST_DIGITS_128 ? 16 : 32;
  }

  @Override
  protected void convert(Span span) {
    for (int i = 0; i < span.count(); i++) {
      long wire = span.wire() + (long) i * wireWidth;
      long word = highest(wire);
      if (wireWidth <= Long.BYTES) {
        long slot = span.slots() + (long) i * width;
        MemoryUtil.putLong(slot, word);
        MemoryUtil.putLong(slot + Long.BYTES, word >> (Long.SIZE - 1));
        if ((word >= boundWord || word <= -boundWord) && !span.isNull(i)) {
          replace(span, i, tooLong(BigInteger.valueOf(word)));
        }
      } else if ((word >= boundWord || word <= -boundWord) && !span.isNull(i)) {
        requireFit(span, i, wire); // few values come near the bound
      }
    }
  }

  private long highest(long wire) {
    return wireWidth == Integer.BYTES
        ? MemoryUtil.getInt(wire)
        : MemoryUtil.getLong(wire + wireWidth - Long.BYTES);
  }

  private void requireFit(Span span, int i, long wire) {
    BigInteger value = IntegerTextReader.signed(bigEndian(wire, wireWidth));
    if (value.abs().compareTo(bound) >= 0) {
      replace(span, i, tooLong(value));
    }
  }

  private String tooLong(BigInteger unscaled) {
    return "the digits %s are more than the %d of its type: select it as a Decimal of more digits"
        .formatted(unscaled, precision);
  }

  /** The bytes of a number, the most significant first. */
  static byte[] bigEndian(long address, int width) {
    byte[] bytes = new byte[width];
    for (int i = 0; i < width; i++) {
      bytes[i] = MemoryUtil.getByte(address + width - 1 - i);
    }
    return bytes;
  }
}
