package io.millrace.connect.postgres.column.number;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;

/**
 * The text of a numeric, which has no exponent, as the bytes described at {@link DecimalAppender}:
 * groups of four digits from the point to either side, without those of zeros at the ends.
 */
final class NumericText implements TextForm {
  private static final int GROUP = 4;
  private static final int POSITIVE = 0x0000;
  private static final int NEGATIVE = 0x4000;
  private static final int NAN = 0xc000;
  private static final int INFINITY = 0xd000;
  private static final int MINUS_INFINITY = 0xf000;

  @Override
  public void write(byte[] text, int from, int to, SentBytes out) {
    boolean negative = text[from] == '-';
    int first = negative ? from + 1 : from;
    if (text[first] < '0' || text[first] > '9') {
      special(new String(text, from, to - from, US_ASCII), out);
      return;
    }
    int point = first;
    while (point < to && text[point] != '.') {
      point++;
    }
    int scale = Math.max(0, to - point - 1);
    int wholeGroups = (point - first + GROUP - 1) / GROUP;
    int end = wholeGroups + (scale + GROUP - 1) / GROUP;
    int start = 0;
    while (start < end && group(text, first, point, to, start - wholeGroups) == 0) {
      start++;
    }
    while (end > start && group(text, first, point, to, end - 1 - wholeGroups) == 0) {
      end--;
    }
    boolean zero = start == end;
    header(out, end - start, zero ? 0 : wholeGroups - start - 1, negative && !zero, scale);
    for (int i = start; i < end; i++) {
      out.putInt16(group(text, first, point, to, i - wholeGroups));
    }
  }

  private static void header(SentBytes out, int groups, int weight, boolean negative, int scale) {
    out.putInt16(groups);
    out.putInt16(weight);
    out.putInt16(negative ? NEGATIVE : POSITIVE);
    out.putInt16(scale);
  }

  /** The four digits of the group that begins so many groups behind the point, or before it. */
  private static int group(byte[] text, int first, int point, int to, int group) {
    int at = group < 0 ? point + group * GROUP : point + 1 + group * GROUP;
    int value = 0;
    for (int i = Math.max(at, first), end = Math.min(at + GROUP, to); i < end; i++) {
      int digit = text[i] - '0';
      if (digit < 0 || digit > 9) {
        throw new IllegalArgumentException("'%c' is no digit".formatted((char) text[i]));
      }
      value = value * 10 + digit;
    }
    for (int i = to; i < at + GROUP; i++) {
      value *= 10;
    }
    return value;
  }

  private static void special(String word, SentBytes out) {
    out.putInt32(0);
    out.putInt16(
        switch (word) {
          case "NaN" -> NAN;
          case "Infinity" -> INFINITY;
          case "-Infinity" -> MINUS_INFINITY;
          default -> throw new IllegalArgumentException("it is no number");
        });
    out.putInt16(0);
  }
}
