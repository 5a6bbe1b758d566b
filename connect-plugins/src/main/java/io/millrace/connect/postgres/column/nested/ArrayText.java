package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;

/**
 * The text of an array, such as {@code [0:1]={{1,NULL},{2,"x"}}}, as the bytes described at {@link
 * ArrayAppender}. Lower bounds are not kept.
 */
final class ArrayText implements TextForm {
  private static final int MOST_DIMENSIONS = 6;

  private final TextForm element;
  private final char delimiter;
  private final Literal literal = new Literal();
  private final int[] lengths = new int[MOST_DIMENSIONS];

  /** A form for arrays whose elements have this one. */
  ArrayText(TextForm element, char delimiter) {
    this.element = element;
    this.delimiter = delimiter;
  }

  @Override
  public void write(byte[] text, int from, int to, SentBytes out) {
    int dimensions = begin(text, from, to);
    int header = out.length();
    boolean empty = dimensions == 1 && to - from >= 2 && text[to - 2] == '{' && text[to - 1] == '}';
    out.putInt32(empty ? 0 : dimensions);
    out.putInt32(0); // whether there are NULLs
    out.putInt32(0); // the elements' type
    for (int i = 0; !empty && i < dimensions; i++) {
      out.putInt64(0);
    }
    if (!empty) {
      elements(0, dimensions, out);
      literal.requireEnd();
      for (int i = 0; i < dimensions; i++) {
        out.putInt32At(header + 12 + 8 * i, lengths[i]);
      }
    }
  }

  /** Finds out how deep it is, and goes back to the outermost brace. */
  private int begin(byte[] text, int from, int to) {
    literal.begin(text, from, to);
    int brace = from;
    if (literal.peek() == '[') {
      while (brace < to && text[brace] != '=') {
        brace++;
      }
      brace++;
    }
    int depth = 0;
    while (brace + depth < to && text[brace + depth] == '{') {
      depth++;
    }
    if (depth == 0 || depth > MOST_DIMENSIONS) {
      throw new IllegalArgumentException("an array of %d dimensions".formatted(depth));
    }
    literal.begin(text, brace, to);
    return depth;
  }

  private void elements(int level, int dimensions, SentBytes out) {
    int count = 0;
    literal.require('{');
    do {
      if (level + 1 < dimensions) {
        elements(level + 1, dimensions, out);
      } else {
        element(out);
      }
      count++;
    } while (literal.take(delimiter));
    literal.require('}');
    lengths[level] = count;
  }

  private void element(SentBytes out) {
    literal.readItem(delimiter, '}');
    if (literal.isNull()) {
      out.putNull();
    } else {
      literal.write(element, out);
    }
  }
}
