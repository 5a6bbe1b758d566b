package io.millrace.connect.postgres.copy;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.UnreadableValue;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.Table;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.StringJoiner;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.DateDayVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.FixedSizeBinaryVector;
import org.apache.arrow.vector.TimeStampMicroTZVector;
import org.apache.arrow.vector.VectorSchemaRoot;

/** What a row is called in an error: by its primary key. */
final class RowNames {
  private static final String NO_KEY = "there is no primary key to name the row by";

  private final Table table;
  private final BufferAllocator allocator;

  RowNames(Table table, BufferAllocator allocator) {
    this.table = table;
    this.allocator = allocator;
  }

  /** A row that lies in vectors, with its table. */
  String of(VectorSchemaRoot batch, int row) {
    if (table.key().isEmpty()) {
      return table.name().toString();
    }
    var key = new StringJoiner(", ");
    table.key().forEach(name -> key.add(name + "=" + text(batch.getVector(name), row)));
    return "%s (%s)".formatted(table.name(), key);
  }

  /** A row that is still a tuple: its key fields are decoded once more. */
  String keyOf(TupleChunk chunk, int tuple) {
    if (table.key().isEmpty()) {
      return NO_KEY;
    }
    try {
      return key(chunk.tuple(tuple), chunk.start(tuple));
    } catch (IndexOutOfBoundsException e) {
      return "its key cannot be read either";
    }
  }

  private String key(byte[] bytes, int first) {
    int at = first;
    var key = new StringJoiner(", ");
    for (Column column : table.columns()) {
      if (table.key().contains(column.name())) {
        key.add(column.name() + "=" + decode(column, bytes, at));
      }
      at += Integer.BYTES + Math.max(0, TupleChunk.int32(bytes, at));
    }
    return key.toString();
  }

  private String decode(Column column, byte[] bytes, int at) {
    ColumnType type = ColumnType.of(column, Unrepresentable.CLAMP);
    var field = new TupleChunk();
    field.add(bytes, at);
    try (FieldVector vector = type.field().createVector(allocator)) {
      ColumnAppender appender = type.appender(vector);
      appender.reset();
      appender.reserve(1);
      appender.append(field, 0);
      appender.finish(1);
      return text(vector, 0);
    } catch (UnreadableValue e) {
      return "?";
    }
  }

  private static String text(FieldVector vector, int row) {
    if (vector.isNull(row)) {
      return "NULL";
    } else if (vector instanceof DateDayVector days) {
      return LocalDate.ofEpochDay(days.get(row)).toString();
    } else if (vector instanceof TimeStampMicroTZVector micros) {
      return Instant.EPOCH.plus(micros.get(row), ChronoUnit.MICROS).toString();
    } else if (vector instanceof FixedSizeBinaryVector uuid) {
      ByteBuffer bytes = ByteBuffer.wrap(uuid.get(row));
      return new UUID(bytes.getLong(), bytes.getLong()).toString();
    }
    return String.valueOf(vector.getObject(row));
  }
}
