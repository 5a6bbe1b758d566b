package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;

/** The text of a multirange, such as <code>{[1,2),[5,9)}</code>. */
final class MultirangeText implements TextForm {
  private final TextForm range;

  MultirangeText(TextForm range) {
    this.range = range;
  }

  @Override
  public void write(byte[] text, int from, int to, SentBytes out) {
    if (to - from < 2 || text[from] != '{' || text[to - 1] != '}') {
      throw new IllegalArgumentException("it is no multirange");
    }
    int header = out.length();
    out.putInt32(0);
    int count = 0;
    int at = from + 1;
    while (at < to - 1) {
      int end = end(text, at, to - 1);
      int place = out.begin();
      range.write(text, at, end, out);
      out.end(place);
      count++;
      at = end + 1; // past the comma
    }
    out.putInt32At(header, count);
  }

  /** The place after the range that begins here. */
  private static int end(byte[] text, int from, int to) {
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      if (quoted && text[i] == '\\') {
        i++;
      } else if (text[i] == '"') {
        quoted = !quoted;
      } else if (!quoted && (text[i] == ']' || text[i] == ')')) {
        return i + 1;
      }
    }
    throw new IllegalArgumentException("a range in it has no end");
  }
}
