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
  private static final long[] LONG_POWERS = powers();
  private static final int RECIPROCAL_BITS = 40;

  /** As many groups as one word holds, which is as many as nearly all numbers have. */
  private static final int WORD_GROUPS = 4;

  private static final int POSITIVE = 0x0000;
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xc000;

  private final int width;
  private final int scale;
  private final int wholeGroups;
  private final int restDecimals;

  /** What the last group that reaches into the scale is divided by. */
  private final int straddle;

  /** Divides by it: {@code (group * reciprocal) >>> RECIPROCAL_BITS}, exact for all groups. */
  private final long reciprocal;

  private final int[] limbs;
  private final Unrepresentable policy;
  private int tuple;

  /** An appender to a decimal vector of the given scale, at least 0. */
  DecimalAppender(BaseFixedWidthVector vector, int scale, Unrepresentable policy) {
    super(vector);
    this.policy = policy;
    this.width = vector.getTypeWidth();
    this.scale = scale;
    this.wholeGroups = scale / DIGITS;
    this.restDecimals = scale % DIGITS;
    this.straddle = POWERS[DIGITS - restDecimals];
    this.reciprocal = (1L << RECIPROCAL_BITS) / straddle + 1;
    this.limbs = new int[width / Integer.BYTES];
  }

  private static long[] powers() {
    var powers = new long[MOST_DECIMALS_OF_LONG + 1];
    powers[0] = 1;
    for (int i = 1; i < powers.length; i++) {
      powers[i] = 10 * powers[i - 1];
    }
    return powers;
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
        putLong(slot, 0L);
        setNull(i, firstRow + i, length);
      }
    }
  }

  private void put(long slot, int row, byte[] bytes, int at, int length) {
    long header = TupleChunk.int64(bytes, at);
    int digits = (short) (header >> 48);
    int weight = (short) (header >> 32);
    int sign = (int) (header >> 16) & 0xffff;
    if (sign == NAN) {
      policy.nullify(
          tuple,
          "NaN",
          "replace it in the table by a number or NULL, or declare the column numeric without"
              + " precision, which is read as text");
      putLong(slot, 0L);
      setNull(row);
      return;
    }
    if (digits < 0 || length != HEADER + digits * Short.BYTES || (sign & ~NEGATIVE) != POSITIVE) {
      throw UnreadableValue.malformed(tuple, "a numeric of %d bytes".formatted(length));
    }
    int first = at + HEADER;
    boolean negative = sign == NEGATIVE;
    int straddling = weight + 1 + wholeGroups;
    if (digits <= WORD_GROUPS
        && straddling >= 0
        && straddling < WORD_GROUPS
        && first <= bytes.length - Long.BYTES) {
      long value = word(TupleChunk.int64(bytes, first), digits, straddling);
      putLong(slot, negative ? -value : value);
    } else if ((weight + 1) * DIGITS + scale <= MOST_DECIMALS_OF_LONG) {
      long value = digits(bytes, first, digits, weight);
      putLong(slot, negative ? -value : value);
    } else {
      putLimbs(slot, bytes, first, digits, weight + 1 + wholeGroups, negative);
    }
  }

  /**
   * The value without its sign of a word's first groups. Without a branch that depends on how many
   * there are, which no processor foresees: shifts put the group that reaches beyond the scale
   * last.
   */
  private long word(long groups, int digits, int straddling) {
    int unused = Long.SIZE - Short.SIZE * digits;
    long sent = digits == 0 ? 0 : (groups >>> unused) << unused;
    int below = Short.SIZE * (WORD_GROUPS - 1 - straddling);
    long aligned = sent >>> below;
    long last = aligned & 0xffff;
    long within = (last * reciprocal) >>> RECIPROCAL_BITS;
    if (within * straddle != last || (aligned << below) != sent) {
      requireZero(1);
    }
    long whole =
        ((aligned >>> 48) * BASE + ((aligned >>> 32) & 0xffff)) * BASE
            + ((aligned >>> 16) & 0xffff);
    return whole * POWERS[restDecimals] + within;
  }

  /** The value without its sign: each group times its own power, as many as were sent. */
  private long digits(byte[] bytes, int first, int digits, int weight) {
    long value = 0;
    int power = weight * DIGITS + scale;
    for (int i = 0; i < digits; i++) {
      int digit = TupleChunk.int16(bytes, first + i * Short.BYTES);
      value += power >= 0 ? digit * LONG_POWERS[power] : straddling(digit, power);
      power -= DIGITS;
    }
    return value;
  }

  /** What lies within the scale of a group that reaches beyond it; the rest must be zero. */
  private int straddling(int digit, int power) {
    if (power <= -DIGITS) {
      requireZero(digit);
      return 0;
    }
    int within = straddle == 100 ? digit / 100 : digit / straddle;
    requireZero(digit - within * straddle);
    return within;
  }

  /**
   * Word by word, zeros too: filling so few bytes costs a call that takes as long as ten values.
   */
  private void putLong(long slot, long value) {
    MemoryUtil.putLong(slot, value);
    for (int i = Long.BYTES; i < width; i += Long.BYTES) {
      MemoryUtil.putLong(slot + i, value >> 63);
    }
  }

  /** Digits finer than the scale must be zero, the group that straddles it included. */
  private void requireNothingBelow(byte[] bytes, int first, int digits, int groups) {
    int exact = Math.max(0, restDecimals == 0 ? groups : groups + 1);
    for (int i = exact; i < digits; i++) {
      requireZero(TupleChunk.int16(bytes, first + i * Short.BYTES));
    }
    if (restDecimals != 0 && groups >= 0) {
      requireZero(digit(bytes, first, digits, groups) % straddle);
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

  private void putLimbs(
      long slot, byte[] bytes, int first, int digits, int groups, boolean negative) {
    requireNothingBelow(bytes, first, digits, groups);
    Arrays.fill(limbs, 0);
    for (int i = 0; i < groups; i++) {
      multiplyAndAdd(BASE, digit(bytes, first, digits, i));
    }
    if (restDecimals != 0) {
      multiplyAndAdd(POWERS[restDecimals], digit(bytes, first, digits, groups) / straddle);
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
