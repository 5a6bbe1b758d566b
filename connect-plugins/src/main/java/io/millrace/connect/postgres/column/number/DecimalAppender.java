package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.FixedWidthAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import java.util.Arrays;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseFixedWidthVector;

/**
 * numeric(p, s): digits in base 10,000, the most significant first, become one integer of 128 or
 * 256 bits, little-endian, which is the value times 10 to the power of s. Never rounds: the server
 * has done so when the row was written.
 *
 * <p>The bytes are those of {@code numeric_send}: int16 number of digits, weight of the first (in
 * powers of 10,000), sign, display scale; then the digits.
 */
final class DecimalAppender extends FixedWidthAppender {
  private static final int HEADER = 8;
  private static final int BASE = 10_000;
  private static final int DIGITS = 4;
  private static final int MOST_DECIMALS_OF_LONG = 18;
  private static final int[] POWERS = {1, 10, 100, 1000, BASE};
  private static final int POSITIVE = 0x0000;
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xc000;

  private final int width;
  private final int wholeGroups;
  private final int restDecimals;
  private final int[] limbs;
  private final Unrepresentable policy;
  private int tuple;

  /** An appender to a decimal vector of the given scale, at least 0. */
  DecimalAppender(BaseFixedWidthVector vector, int scale, Unrepresentable policy) {
    super(vector);
    this.policy = policy;
    this.width = vector.getTypeWidth();
    this.wholeGroups = scale / DIGITS;
    this.restDecimals = scale % DIGITS;
    this.limbs = new int[width / Integer.BYTES];
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      long slot = data + (long) (firstRow + i) * width;
      if (length >= HEADER) {
        tuple = i;
        put(slot, firstRow + i, chunk.tuple(i), chunk.next(i, length), length);
      } else {
        MemoryUtil.setMemory(slot, width, (byte) 0);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private void put(long slot, int row, byte[] bytes, int at, int length) {
    int digits = TupleChunk.int16(bytes, at);
    int weight = TupleChunk.int16(bytes, at + 2);
    int sign = TupleChunk.int16(bytes, at + 4) & 0xffff;
    if (sign == NAN) {
      policy.nullify(
          tuple,
          "NaN",
          "replace it in the table by a number or NULL, or declare the column numeric without"
              + " precision, which is read as text");
      MemoryUtil.setMemory(slot, width, (byte) 0);
      setNull(row);
      return;
    }
    if (digits < 0 || length != HEADER + digits * Short.BYTES || (sign & ~NEGATIVE) != POSITIVE) {
      throw UnreadableValue.malformed(tuple, "a numeric of %d bytes".formatted(length));
    }
    int first = at + HEADER;
    int groups = weight + 1 + wholeGroups; // the groups before the rest, leading zeros left out
    requireNothingBelow(bytes, first, digits, groups);
    boolean negative = sign == NEGATIVE;
    if (groups * DIGITS + restDecimals <= MOST_DECIMALS_OF_LONG) {
      putLong(slot, bytes, first, digits, groups, negative);
    } else {
      putLimbs(slot, bytes, first, digits, groups, negative);
    }
  }

  /** Digits finer than the scale must be zero, the group that straddles it included. */
  private void requireNothingBelow(byte[] bytes, int first, int digits, int groups) {
    int exact = Math.max(0, restDecimals == 0 ? groups : groups + 1);
    for (int i = exact; i < digits; i++) {
      requireZero(TupleChunk.int16(bytes, first + i * Short.BYTES));
    }
    if (restDecimals != 0 && groups >= 0) {
      requireZero(digit(bytes, first, digits, groups) % POWERS[DIGITS - restDecimals]);
    }
  }

  private void requireZero(int remainder) {
    if (remainder != 0) {
      throw UnreadableValue.malformed(tuple, "a numeric with more decimals than declared");
    }
  }

  private static int digit(byte[] bytes, int first, int digits, int index) {
    return index < digits ? TupleChunk.int16(bytes, first + index * Short.BYTES) : 0;
  }

  private void putLong(
      long slot, byte[] bytes, int first, int digits, int groups, boolean negative) {
    long value = 0;
    for (int i = 0; i < groups; i++) {
      value = value * BASE + digit(bytes, first, digits, i);
    }
    if (restDecimals != 0 && groups >= 0) {
      value =
          value * POWERS[restDecimals]
              + digit(bytes, first, digits, groups) / POWERS[DIGITS - restDecimals];
    }
    value = negative ? -value : value;
    MemoryUtil.putLong(slot, value);
    for (int i = Long.BYTES; i < width; i += Long.BYTES) {
      MemoryUtil.putLong(slot + i, value >> 63);
    }
  }

  private void putLimbs(
      long slot, byte[] bytes, int first, int digits, int groups, boolean negative) {
    Arrays.fill(limbs, 0);
    for (int i = 0; i < groups; i++) {
      multiplyAndAdd(BASE, digit(bytes, first, digits, i));
    }
    if (restDecimals != 0) {
      multiplyAndAdd(
          POWERS[restDecimals],
          digit(bytes, first, digits, groups) / POWERS[DIGITS - restDecimals]);
    }
    int carry = negative ? 1 : 0;
    for (int i = 0; i < limbs.length; i++) {
      long limb = negative ? (~limbs[i] & 0xffffffffL) + carry : limbs[i] & 0xffffffffL;
      carry = (int) (limb >>> 32);
      MemoryUtil.putInt(slot + (long) i * Integer.BYTES, (int) limb);
    }
  }

  private void multiplyAndAdd(int factor, int addend) {
    long carry = addend;
    for (int i = 0; i < limbs.length; i++) {
      carry += (limbs[i] & 0xffffffffL) * factor;
      limbs[i] = (int) carry;
      carry >>>= 32;
    }
    if (carry != 0 || limbs[limbs.length - 1] < 0) {
      throw UnreadableValue.malformed(tuple, "a numeric with more digits than declared");
    }
  }
}
