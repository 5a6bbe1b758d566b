package io.millrace.connect.postgres.column.nested;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.complex.StructVector;

/** What appenders of values with parts share: an appender for each part, with a chunk over it. */
abstract class StructAppender extends ColumnAppender {
  private final StructVector vector;
  private final Presence presence = new Presence();
  private final List<ColumnAppender> appenders;
  final TupleChunk[] parts;

  /** An appender of a struct whose fields have these appenders. */
  StructAppender(StructVector vector, List<ColumnAppender> appenders) {
    super(vector.getField().isNullable());
    this.vector = vector;
    this.appenders = List.copyOf(appenders);
    this.parts = new TupleChunk[appenders.size()];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = new TupleChunk();
    }
  }

  /** Adds to each of {@link #parts} one field of the value between these places. */
  abstract void add(int tuple, byte[] bytes, int at, int end);

  @Override
  public final void reserve(int rows) {
    for (ColumnAppender appender : appenders) {
      appender.reserve(rows);
    }
  }

  @Override
  public final void append(TupleChunk chunk, int firstRow) {
    for (TupleChunk part : parts) {
      part.clear();
    }
    for (int i = 0; i < chunk.count(); i++) {
      int length = chunk.nextLength(i);
      if (length >= 0) {
        int at = chunk.next(i, length);
        add(i, chunk.tuple(i), at, at + length);
      } else {
        requireNull(i, length);
        for (TupleChunk part : parts) {
          part.addNull();
        }
      }
      presence.add(length >= 0);
    }
    for (int i = 0; i < parts.length; i++) {
      append(i, firstRow);
    }
  }

  private void append(int part, int firstRow) {
    try {
      appenders.get(part).append(parts[part], firstRow);
    } catch (UnreadableValue e) {
      FieldVector child = vector.getChildrenFromFields().get(part);
      throw e.within(e.tuple(), "." + child.getName());
    }
    parts[part].clear();
  }

  @Override
  public final long bytes(int rows) {
    long bytes = rows >> 3;
    for (ColumnAppender appender : appenders) {
      bytes += appender.bytes(rows);
    }
    return bytes;
  }

  @Override
  public final void finish(int rows) {
    for (ColumnAppender appender : appenders) {
      appender.finish(rows);
    }
    presence.finish(vector);
  }

  @Override
  public final void reset() {
    presence.reset();
    appenders.forEach(ColumnAppender::reset);
  }
}
