package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TextForm;
import java.util.List;

/** The text of a composite, such as {@code (1,,"x y")}, as {@link RecordAppender} takes it. */
final class RecordText implements TextForm {
  private final List<TextForm> fields;
  private final Literal literal = new Literal();

  RecordText(List<TextForm> fields) {
    this.fields = List.copyOf(fields);
  }

  @Override
  public void write(byte[] text, int from, int to, SentBytes out) {
    literal.begin(text, from, to);
    literal.require('(');
    out.putInt32(fields.size());
    for (int i = 0; i < fields.size(); i++) {
      if (i > 0) {
        literal.require(',');
      }
      out.putInt32(0); // the field's type
      literal.readItem(',', ')');
      if (literal.isAbsent()) {
        out.putNull();
      } else {
        literal.write(fields.get(i), out);
      }
    }
    literal.require(')');
    literal.requireEnd();
  }
}
