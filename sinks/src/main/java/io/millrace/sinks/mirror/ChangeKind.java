package io.millrace.sinks.mirror;

import io.millrace.core.MillraceException;
import java.util.Locale;
import org.apache.arrow.memory.ArrowBuf;
import org.apache.arrow.vector.VarCharVector;

/** What {@code _op} says. */
enum ChangeKind {
  INSERT,
  UPDATE,
  DELETE,
  TRUNCATE;

  private static final ChangeKind[] ALL = values();

  private final String text = name().toLowerCase(Locale.ROOT);

  /** Of a row. */
  static ChangeKind of(VarCharVector names, int row) {
    int start = names.getStartOffset(row);
    int length = names.getEndOffset(row) - start;
    for (ChangeKind kind : ALL) {
      if (kind.isAt(names.getDataBuffer(), start, length)) {
        return kind;
      }
    }
    throw MillraceException.data(
        "Cannot fold a change whose _op is \"%s\": expected insert, update, delete or truncate"
            .formatted(names.getObject(row)));
  }

  private boolean isAt(ArrowBuf bytes, int start, int length) {
    for (int i = 0; i < length && length == text.length(); i++) {
      if (bytes.getByte(start + i) != text.charAt(i)) {
        return false;
      }
    }
    return length == text.length();
  }

  @Override
  public String toString() {
    return text;
  }
}
