package io.millrace.connect.postgres.column;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.Selection;
import io.millrace.connect.postgres.column.append.TextForm;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.SqlText;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.stage.SourceTable;
import java.util.HashMap;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a column becomes: its Arrow field, what to select for it, and who appends it. */
public final class ColumnType {
  private final Column column;
  private final ValueType type;
  private final Unrepresentable policy;

  private ColumnType(Column column, ValueType type, Unrepresentable policy) {
    this.column = column;
    this.type = type;
    this.policy = policy;
  }

  /** The schema of a table's batches. */
  public static Schema schema(Table table, Unrepresentable policy) {
    return new Schema(table.columns().stream().map(column -> of(column, policy).field()).toList());
  }

  /** The same for people: with notes of what does not come as it is. */
  public static Schema described(Table table, Unrepresentable policy) {
    return new Schema(
        table.columns().stream().map(column -> of(column, policy).described()).toList());
  }

  /** The Arrow field for people: with a note of what does not come as it is. */
  public Field described() {
    Field field = field();
    var metadata = new HashMap<>(field.getMetadata());
    type.note(policy).ifPresent(note -> metadata.put(SourceTable.NOTE, note));
    var noted = new FieldType(field.isNullable(), field.getType(), null, metadata);
    return new Field(field.getName(), noted, field.getChildren());
  }

  /**
   * Chooses by the column's type.
   *
   * @param policy what becomes of values that Arrow's type cannot hold
   */
  public static ColumnType of(Column column, Unrepresentable policy) {
    return new ColumnType(column, ValueTypes.of(column.type()), policy);
  }

  /** The Arrow field. */
  public Field field() {
    return type.field(column.name(), column.nullable() || type.fit().mayGiveNull(policy));
  }

  /** Whether an appender takes what the server sends in binary of it, just as it is. */
  public boolean takesBinary() {
    return type.selection() == Selection.AS_SENT;
  }

  /** How its text becomes what an appender takes. */
  public TextForm text() {
    return type.text();
  }

  /** What to select for it. */
  public String sql() {
    return type.selection().of(SqlText.identifier(column.name()));
  }

  /** An appender to a vector of {@link #field}. */
  public ColumnAppender appender(FieldVector vector) {
    return type.appender(vector, policy);
  }
}
