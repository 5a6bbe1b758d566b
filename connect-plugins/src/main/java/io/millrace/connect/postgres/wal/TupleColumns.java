package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import java.time.DateTimeException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;

/**
 * Some columns of a table with their vectors. Rows gather field by field, where they lie in their
 * messages, and are appended a few hundred at once: one chunk per column, as that is how an
 * appender takes what COPY sends, too.
 */
final class TupleColumns {
  /** A value that cannot be appended, and where it is. */
  static final class UnreadableField extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int row;

    private UnreadableField(Column column, int row, UnreadableValue value) {
      super("%s%s: %s".formatted(column.name(), value.path(), value.getMessage()), value);
      this.row = row;
    }

    /** The vector's row it would have become. */
    int row() {
      return row;
    }
  }

  private final List<Column> columns;
  private final ColumnType[] types;
  private final ColumnAppender[] appenders;
  private final TupleChunk[] fields;
  private final SentBytes[] converted;

  /**
   * Columns whose values go to these vectors.
   *
   * @param vectors one for each column, of its type's field
   */
  TupleColumns(List<Column> columns, List<FieldVector> vectors, Unrepresentable policy) {
    this.columns = List.copyOf(columns);
    int count = columns.size();
    this.types = new ColumnType[count];
    this.appenders = new ColumnAppender[count];
    this.fields = new TupleChunk[count];
    this.converted = new SentBytes[count];
    for (int i = 0; i < count; i++) {
      types[i] = ColumnType.of(ChangeSchema.nullable(columns.get(i)), policy);
      appenders[i] = types[i].appender(vectors.get(i));
      fields[i] = new TupleChunk();
      converted[i] = new SentBytes();
    }
  }

  /** Adds the next row's value of a column; it may be NULL. */
  void add(int column, WalTuple tuple, int field) {
    switch (tuple.kind(field)) {
      case WalTuple.NULL -> fields[column].addNull();
      case WalTuple.BINARY -> addBinary(column, tuple, field);
      case WalTuple.TEXT -> addText(column, tuple, field);
      default ->
          throw unreadable(column, "the server left its value out, which nobody can make up for");
    }
  }

  /** Adds NULL as the next row's value of a column. */
  void addNull(int column) {
    fields[column].addNull();
  }

  private void addBinary(int column, WalTuple tuple, int field) {
    if (!types[column].takesBinary()) {
      throw unreadable(
          column,
          "its type %s comes in a binary form that only the server can turn into what a snapshot"
                  .formatted(columns.get(column).typeName())
              + " reads; start replication with binary off");
    }
    fields[column].add(tuple.message(), tuple.place(field));
  }

  private void addText(int column, WalTuple tuple, int field) {
    byte[] message = tuple.message();
    int length = TupleChunk.int32(message, tuple.place(field));
    int from = tuple.place(field) + Integer.BYTES;
    SentBytes out = converted[column];
    int start = out.length();
    int value = out.begin();
    try {
      types[column].text().write(message, from, from + length, out);
    } catch (IllegalArgumentException
        | IndexOutOfBoundsException
        | ArithmeticException
        | DateTimeException e) {
      throw unreadable(column, "its text cannot be read: " + e.getMessage());
    }
    out.end(value);
    fields[column].add(out.array(), start);
  }

  private UnreadableField unreadable(int column, String why) {
    return new UnreadableField(
        columns.get(column), -1, new UnreadableValue(fields[column].count(), why));
  }

  /**
   * Appends the rows that have gathered.
   *
   * @throws UnreadableField if a value has no place in its vector
   */
  void append(int firstRow) {
    for (int i = 0; i < appenders.length; i++) {
      TupleChunk chunk = fields[i];
      try {
        appenders[i].reserve(firstRow + chunk.count());
        appenders[i].append(chunk, firstRow);
      } catch (UnreadableValue e) {
        throw new UnreadableField(columns.get(i), firstRow + e.tuple(), e);
      } catch (IndexOutOfBoundsException e) {
        throw new UnreadableField(
            columns.get(i),
            firstRow,
            UnreadableValue.malformed(0, "a value shorter than it says (%s)".formatted(e)));
      }
      chunk.clear();
      converted[i].clear();
    }
  }

  long bytes(int rows) {
    long bytes = 0;
    for (ColumnAppender appender : appenders) {
      bytes += appender.bytes(rows);
    }
    return bytes;
  }

  void finish(int rows) {
    for (ColumnAppender appender : appenders) {
      appender.finish(rows);
    }
  }

  void reset() {
    for (int i = 0; i < appenders.length; i++) {
      appenders[i].reset();
      fields[i].clear();
      converted[i].clear();
    }
  }
}
