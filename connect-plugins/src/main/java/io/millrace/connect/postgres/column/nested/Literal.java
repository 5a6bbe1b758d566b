package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;

/**
 * Walks the text of a value with values inside. An item is quoted where it has to be; within quotes
 * a backslash stands before what is meant as it is, and a quote may stand for itself twice.
 */
final class Literal {
  private final SentBytes item = new SentBytes();
  private byte[] text = {};
  private int at;
  private int end;
  private boolean quoted;

  void begin(byte[] bytes, int from, int to) {
    text = bytes;
    at = from;
    end = to;
  }

  /** The next character. */
  byte peek() {
    if (at == end) {
      throw new IllegalArgumentException("it ends too early");
    }
    return text[at];
  }

  boolean atEnd() {
    return at == end;
  }

  boolean take(char expected) {
    boolean there = at < end && text[at] == expected;
    if (there) {
      at++;
    }
    return there;
  }

  void require(char expected) {
    if (!take(expected)) {
      throw new IllegalArgumentException(
          "expected '%c' %d before the end".formatted(expected, end - at));
    }
  }

  void requireEnd() {
    if (at != end) {
      throw new IllegalArgumentException("%d characters follow its end".formatted(end - at));
    }
  }

  /** Reads the next item, which one of these two follows if it is not quoted. */
  void readItem(char follows, char orFollows) {
    item.clear();
    quoted = take('"');
    if (quoted) {
      readQuoted();
    } else {
      while (at < end && text[at] != follows && text[at] != orFollows) {
        item.putInt8(text[at++]);
      }
    }
  }

  private void readQuoted() {
    while (true) {
      byte c = peek();
      at++;
      if (c == '\\') {
        c = peek();
        at++;
      } else if (c == '"' && !take('"')) {
        return;
      }
      item.putInt8(c);
    }
  }

  /** Whether the item is nothing at all, not even quotes. */
  boolean isAbsent() {
    return !quoted && item.length() == 0;
  }

  /** Whether the item is the word NULL. */
  boolean isNull() {
    byte[] word = item.array();
    return !quoted
        && item.length() == 4
        && word[0] == 'N'
        && word[1] == 'U'
        && word[2] == 'L'
        && word[3] == 'L';
  }

  /** Writes the item's length and what a form makes of it. */
  void write(TextForm form, SentBytes out) {
    int place = out.begin();
    form.write(item.array(), 0, item.length(), out);
    out.end(place);
  }
}
