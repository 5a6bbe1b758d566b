package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.TextForm;
import java.nio.charset.StandardCharsets;

/** The texts of the values of extensions. */
final class ExtensionTexts {
  private ExtensionTexts() {}

  /** {@code "a"=>"1", "b"=>NULL}, as {@link HstoreAppender} takes it. */
  static TextForm hstore() {
    var literal = new Literal();
    return (text, from, to, out) -> {
      int header = out.length();
      out.putInt32(0);
      int count = 0;
      literal.begin(text, from, to);
      while (!literal.atEnd()) {
        if (count > 0) {
          literal.require(',');
          literal.require(' ');
        }
        literal.readItem('=', '=');
        literal.write(TextForm.SAME, out);
        literal.require('=');
        literal.require('>');
        literal.readItem(',', ',');
        if (literal.isNull()) {
          out.putNull();
        } else {
          literal.write(TextForm.SAME, out);
        }
        count++;
      }
      out.putInt32At(header, count);
    };
  }

  /** pgvector's {@code [1,2.5,-3]}: int16 dimensions, int16 nothing, floats. */
  static TextForm vector() {
    return (text, from, to, out) -> {
      String whole = new String(text, from, to - from, StandardCharsets.US_ASCII);
      if (!whole.startsWith("[") || !whole.endsWith("]")) {
        throw new IllegalArgumentException("it is no vector");
      }
      String[] numbers = whole.substring(1, whole.length() - 1).split(",", -1);
      out.putInt16(numbers.length);
      out.putInt16(0);
      for (String number : numbers) {
        out.putInt32(Float.floatToRawIntBits(Float.parseFloat(number)));
      }
    };
  }
}
