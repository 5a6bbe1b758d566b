package io.millrace.connect.postgres.column.append;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Walks a text of digits and marks, such as numbers and times are. */
public final class AsciiText {
  /** So many digits fit into a long, whatever they are. */
  private static final int SURE_DIGITS = 18;

  private byte[] text = {};
  private int at;
  private int end;

  /** Begins with another text. */
  public AsciiText begin(byte[] bytes, int from, int to) {
    text = bytes;
    at = from;
    end = to;
    return this;
  }

  /** Whether all of it was walked. */
  public boolean atEnd() {
    return at == end;
  }

  /** The next character, 0 at the end. */
  public char peek() {
    return at < end ? (char) (text[at] & 0xff) : 0;
  }

  /** Whether the next character is a digit. */
  public boolean atDigit() {
    return at < end && isDigit(text[at]);
  }

  private static boolean isDigit(byte character) {
    return character >= '0' && character <= '9';
  }

  /** Moves past a character, if it is the next one. */
  public boolean take(char expected) {
    boolean there = peek() == expected && at < end;
    if (there) {
      at++;
    }
    return there;
  }

  /** Moves past a word, if it comes next. */
  public boolean take(String word) {
    if (word.length() > end - at) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (text[at + i] != word.charAt(i)) {
        return false;
      }
    }
    at += word.length();
    return true;
  }

  /** Moves past what has to come next. */
  public void require(char expected) {
    if (!take(expected)) {
      throw new IllegalArgumentException(
          "expected '%c' %d before the end".formatted(expected, end - at));
    }
  }

  /** A whole number of at least one digit, as its negative, so that the least one has a place. */
  public long negativeDigits() {
    if (!atDigit()) {
      throw new IllegalArgumentException("expected a digit %d before the end".formatted(end - at));
    }
    byte[] bytes = text;
    int next = at;
    long value = 0;
    for (int some = Math.min(end, at + SURE_DIGITS); next < some && isDigit(bytes[next]); next++) {
      value = value * 10 - (bytes[next] - '0');
    }
    for (; next < end && isDigit(bytes[next]); next++) {
      value = Math.subtractExact(Math.multiplyExact(value, 10L), bytes[next] - '0');
    }
    at = next;
    return value;
  }

  /** A whole number without a sign. */
  public int digits() {
    return Math.toIntExact(Math.negateExact(negativeDigits()));
  }

  /** A whole number with or without a sign. */
  public long integer() {
    if (take('-')) {
      return negativeDigits();
    }
    take('+');
    return Math.negateExact(negativeDigits());
  }

  /** What stands behind a point, if one comes next, as millionths. */
  public int micros() {
    if (!take('.')) {
      return 0;
    }
    int micros = 0;
    for (int unit = 100_000; atDigit(); unit /= 10) {
      micros += (text[at++] - '0') * unit;
    }
    return micros;
  }

  /** Everything that is left. */
  public String rest() {
    String rest = new String(text, at, end - at, UTF_8);
    at = end;
    return rest;
  }

  /** Makes sure that nothing is left. */
  public void requireEnd() {
    if (at != end) {
      throw new IllegalArgumentException("\"%s\" is left over".formatted(rest()));
    }
  }
}
