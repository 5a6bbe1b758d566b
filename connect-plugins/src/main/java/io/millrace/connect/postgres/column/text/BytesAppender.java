package io.millrace.connect.postgres.column.text;

import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.VariableWidthAppender;
import org.apache.arrow.memory.util.MemoryUtil;
import org.apache.arrow.vector.BaseVariableWidthVector;

/** Text and bytes: copied as they come, but for a prefix (jsonb's version) that is taken off. */
final class BytesAppender extends VariableWidthAppender {
  static final int JSONB_VERSION = 1;

  private final int prefix;

  private BytesAppender(BaseVariableWidthVector vector, int prefix) {
    super(vector);
    this.prefix = prefix;
  }

  /** An appender of the bytes as they come. */
  static BytesAppender plain(BaseVariableWidthVector vector) {
    return new BytesAppender(vector, 0);
  }

  /** An appender of jsonb, which sends a version before its text. */
  static BytesAppender jsonb(BaseVariableWidthVector vector) {
    return new BytesAppender(vector, 1);
  }

  @Override
  public void append(TupleChunk chunk, int firstRow) {
    setPresent(firstRow, chunk.count());
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i) - prefix;
      if (length >= 0) {
        if (prefix != 0) {
          requireVersion(i, chunk.nextByte(i));
        }
        int at = chunk.next(i, length);
        MemoryUtil.copyToMemory(chunk.tuple(i), at, room(length), length);
        use(length);
      } else {
        setNull(i, firstRow + i, length + prefix);
      }
      endRow(firstRow + i);
    }
  }

  private static void requireVersion(int tuple, byte version) {
    if (version != JSONB_VERSION) {
      throw new UnreadableValue(tuple, "jsonb of version %d, where 1 is known".formatted(version));
    }
  }
}
