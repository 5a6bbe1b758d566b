package io.millrace.connect.postgres.column.nested;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;
import java.util.Arrays;

/** The text of a range, such as {@code [1,5)}, {@code (,"x y"]} or {@code empty}. */
final class RangeText implements TextForm {
  private static final byte[] EMPTY_WORD = "empty".getBytes(US_ASCII);
  private static final int PARTS = 5;

  /** How the parts are put down. */
  enum Layout {
    /** As {@link RangeAppender} takes them: flags, then the bounds there are. */
    RANGE,
    /** As {@link RecordAppender} takes them: a record of both bounds and three truths. */
    RECORD
  }

  private final TextForm bound;
  private final Layout layout;
  private final Literal literal = new Literal();
  private final SentBytes lower = new SentBytes();
  private final SentBytes upper = new SentBytes();

  RangeText(TextForm bound, Layout layout) {
    this.bound = bound;
    this.layout = layout;
  }

  @Override
  public void write(byte[] text, int from, int to, SentBytes out) {
    lower.clear();
    upper.clear();
    int flags = flags(text, from, to);
    if (layout == Layout.RANGE) {
      out.putInt8(flags);
      out.put(lower.array(), 0, lower.length());
      out.put(upper.array(), 0, upper.length());
    } else {
      out.putInt32(PARTS);
      boundPart(lower, out);
      boundPart(upper, out);
      truth(flags, RangeAppender.LOWER_INCLUSIVE, out);
      truth(flags, RangeAppender.UPPER_INCLUSIVE, out);
      truth(flags, RangeAppender.EMPTY, out);
    }
  }

  private int flags(byte[] text, int from, int to) {
    if (Arrays.equals(text, from, to, EMPTY_WORD, 0, EMPTY_WORD.length)) {
      return RangeAppender.EMPTY;
    }
    literal.begin(text, from, to);
    int flags = 0;
    if (literal.take('[')) {
      flags |= RangeAppender.LOWER_INCLUSIVE;
    } else {
      literal.require('(');
    }
    literal.readItem(',', ',');
    flags |= bound(lower, RangeAppender.LOWER_OPEN);
    literal.require(',');
    literal.readItem(']', ')');
    flags |= bound(upper, RangeAppender.UPPER_OPEN);
    if (literal.take(']')) {
      flags |= RangeAppender.UPPER_INCLUSIVE;
    } else {
      literal.require(')');
    }
    literal.requireEnd();
    return flags;
  }

  private int bound(SentBytes to, int open) {
    if (literal.isAbsent()) {
      return open;
    }
    literal.write(bound, to);
    return 0;
  }

  private static void boundPart(SentBytes part, SentBytes out) {
    out.putInt32(0);
    if (part.length() == 0) {
      out.putNull();
    } else {
      out.put(part.array(), 0, part.length());
    }
  }

  private static void truth(int flags, int flag, SentBytes out) {
    out.putInt32(0);
    out.putInt32(Byte.BYTES);
    out.putInt8((flags & flag) == 0 ? 0 : 1);
  }
}
