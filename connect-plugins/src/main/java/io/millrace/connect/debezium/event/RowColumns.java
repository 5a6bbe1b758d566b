package io.millrace.connect.debezium.event;

import io.millrace.connect.debezium.value.UnreadableValue;
import io.millrace.connect.debezium.value.ValueWriter;
import io.millrace.core.stage.SourceTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.vector.FieldVector;
import org.apache.kafka.connect.data.Struct;

/** Columns of a table, into whose vectors rows are written. */
final class RowColumns {
  private final List<EventSchema.Column> columns;
  private final List<? extends FieldVector> vectors;
  private final List<ValueWriter> writers = new ArrayList<>();
  private final Unavailable unavailable;

  /** Tells the values that a source did not send from others. */
  record Unavailable(String placeholder, ByteBuffer bytes) {
    Unavailable(String placeholder) {
      this(
          placeholder,
          ByteBuffer.wrap(placeholder.getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    }

    boolean is(Object value) {
      return value instanceof String
          ? placeholder.equals(value)
          : value instanceof ByteBuffer buffer
              ? bytes.equals(buffer)
              : value instanceof byte[] array && bytes.equals(ByteBuffer.wrap(array));
    }
  }

  RowColumns(
      List<EventSchema.Column> columns,
      List<? extends FieldVector> vectors,
      Unavailable unavailable) {
    this.columns = columns;
    this.vectors = vectors;
    this.unavailable = unavailable;
    for (int i = 0; i < columns.size(); i++) {
      writers.add(columns.get(i).type().opener().open(vectors.get(i)));
    }
  }

  /**
   * Writes a row.
   *
   * @param rowOrNull its values; those of columns it does not have are NULL, and all if it is null
   * @param unchanged is told the columns whose values the source did not send
   * @return about how many bytes it takes
   * @throws UnreadableValue that names the column
   */
  long write(int row, Struct rowOrNull, Consumer<String> unchanged) {
    long bytes = 0;
    for (int i = 0; i < columns.size(); i++) {
      String name = columns.get(i).name();
      Object value =
          rowOrNull == null || rowOrNull.schema().field(name) == null
              ? null
              : rowOrNull.getWithoutDefault(name);
      boolean isUnavailable = unavailable.is(value);
      if (isUnavailable) {
        unchanged.accept(name);
      }
      if (value == null || isUnavailable) {
        vectors.get(i).setNull(row);
        bytes++;
      } else {
        bytes += write(i, row, value);
      }
    }
    return bytes;
  }

  private long write(int column, int row, Object value) {
    try {
      return writers.get(column).write(row, value);
    } catch (UnreadableValue e) {
      EventSchema.Column of = columns.get(column);
      throw new UnreadableColumn(
          "column %s (%s): %s"
              .formatted(
                  of.name(), of.field().getMetadata().get(SourceTable.SOURCE_TYPE), e.getMessage()),
          e);
    }
  }

  /** A value that cannot be written, and where. */
  static final class UnreadableColumn extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableColumn(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
