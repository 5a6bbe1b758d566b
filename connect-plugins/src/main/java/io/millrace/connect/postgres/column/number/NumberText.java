package io.millrace.connect.postgres.column.number;

import io.millrace.connect.postgres.column.append.AsciiText;
import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;

/** The texts of numbers other than numeric, and of truth. */
final class NumberText {
  private static final long MOST_OF_OID = 0xffff_ffffL;

  private NumberText() {}

  private static long within(AsciiText text, long least, long most) {
    long number = text.integer();
    if (number < least || number > most) {
      throw new IllegalArgumentException(number + " is out of range");
    }
    return number;
  }

  /** A way to read that needs a walker. */
  private interface Reading {
    void read(AsciiText text, SentBytes out);
  }

  private static TextForm form(Reading reading) {
    var walker = new AsciiText();
    return (text, from, to, out) -> {
      reading.read(walker.begin(text, from, to), out);
      walker.requireEnd();
    };
  }

  /** {@code t} or {@code f}. */
  static TextForm bool() {
    return form((text, out) -> out.putInt8(text.take('t') ? 1 : falsity(text)));
  }

  private static int falsity(AsciiText text) {
    text.require('f');
    return 0;
  }

  static TextForm int16() {
    return form((text, out) -> out.putInt16((int) within(text, Short.MIN_VALUE, Short.MAX_VALUE)));
  }

  /** integer and oid, whose upper half is beyond what has a sign. */
  static TextForm int32() {
    return form((text, out) -> out.putInt32((int) within(text, Integer.MIN_VALUE, MOST_OF_OID)));
  }

  static TextForm int64() {
    return form((text, out) -> out.putInt64(text.integer()));
  }

  /** The shortest digits that make the number, NaN, Infinity: Java reads the same words. */
  static TextForm float32() {
    return form(
        (text, out) -> out.putInt32(Float.floatToRawIntBits(Float.parseFloat(text.rest()))));
  }

  static TextForm float64() {
    return form(
        (text, out) -> out.putInt64(Double.doubleToRawLongBits(Double.parseDouble(text.rest()))));
  }

  /**
   * An amount in whatever form {@code lc_monetary} gives it: its digits are those of the whole
   * number of the smallest unit; a minus or a parenthesis stands for a sign.
   */
  static TextForm money() {
    return (text, from, to, out) -> {
      long negated = 0;
      boolean negative = false;
      for (int i = from; i < to; i++) {
        byte c = text[i];
        negative |= c == '-' || c == '(';
        if (c >= '0' && c <= '9') {
          negated = Math.subtractExact(Math.multiplyExact(negated, 10L), c - '0');
        }
      }
      out.putInt64(negative ? negated : Math.negateExact(negated));
    };
  }
}
