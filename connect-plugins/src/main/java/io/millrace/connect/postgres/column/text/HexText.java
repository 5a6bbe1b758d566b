package io.millrace.connect.postgres.column.text;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;

/** Bytes that are written as pairs of hex digits. */
public final class HexText {
  private static final int UUID_BYTES = 16;

  private HexText() {}

  /** {@code \x00ff}: bytea_output is hex in our sessions. */
  static TextForm bytea() {
    return (text, from, to, out) -> {
      if (to - from < 2 || text[from] != '\\' || text[from + 1] != 'x') {
        throw new IllegalArgumentException("it does not begin with \\x: is bytea_output hex?");
      }
      write(text, from + 2, to, out);
    };
  }

  /** {@code 00112233-4455-6677-8899-aabbccddeeff}. */
  static TextForm uuid() {
    return (text, from, to, out) -> {
      int before = out.length();
      int start = from;
      for (int i = from; i <= to; i++) {
        if (i == to || text[i] == '-') {
          write(text, start, i, out);
          start = i + 1;
        }
      }
      if (out.length() - before != UUID_BYTES) {
        throw new IllegalArgumentException("it is no UUID");
      }
    };
  }

  /**
   * Writes the bytes of a text of digits.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static void write(byte[] text, int from, int to, SentBytes out) {
    if ((to - from) % 2 != 0) {
      throw new IllegalArgumentException("its hex digits are not pairs");
    }
    for (int i = from; i < to; i += 2) {
      out.putInt8(digit(text[i]) << 4 | digit(text[i + 1]));
    }
  }

  private static int digit(byte c) {
    int digit = Character.digit(c, 16);
    if (digit < 0) {
      throw new IllegalArgumentException("'%c' is no hex digit".formatted((char) c));
    }
    return digit;
  }
}
