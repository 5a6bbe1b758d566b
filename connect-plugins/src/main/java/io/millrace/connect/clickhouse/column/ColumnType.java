package io.millrace.connect.clickhouse.column;

import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.read.ValueReader;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.type.DataType;
import io.millrace.connect.clickhouse.type.TypeParser;
import io.millrace.core.MillraceException;
import java.util.List;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;

/** What a column becomes: its Arrow field, and who reads it. */
public final class ColumnType {
  private final String name;
  private final DataType declared;
  private final ValueType type;

  private ColumnType(String name, DataType declared, ValueType type) {
    this.name = name;
    this.declared = declared;
    this.type = type;
  }

  /** The same where a value without a place is an error. */
  public static ColumnType of(String name, String type) {
    return of(name, type, Unrepresentable.ERROR);
  }

  /**
   * Chooses by what {@code DESCRIBE} says.
   *
   * @param type the type's text, on one line or on several
   * @param policy what becomes of values that have no place
   * @throws MillraceException (DATA) naming the column, if its type is not read
   */
  public static ColumnType of(String name, String type, Unrepresentable policy) {
    try {
      DataType declared = TypeParser.parse(type);
      return new ColumnType(name, declared, new ValueTypes(policy).of(declared));
    } catch (MillraceException e) {
      throw MillraceException.lasting(
          e.category(), "Cannot read column %s: %s".formatted(name, e.getMessage()), e);
    }
  }

  /** What the text means that a server makes of a column. */
  public enum Text {
    /** A JSON document. */
    JSON,
    /** Whatever the server's own text of a value is. */
    PLAIN
  }

  /**
   * Of a column that the server casts to text.
   *
   * @param type the type's text after the cast
   * @param source the type before it, which is what the field's metadata tells
   */
  public static ColumnType cast(
      String name, String type, DataType source, Text text, Unrepresentable policy) {
    DataType declared = TypeParser.parse(type);
    ValueType read = new ValueTypes(policy).of(declared).named(source.toString());
    return new ColumnType(
        name, declared, text == Text.JSON ? read.withExtension("arrow.json") : read);
  }

  /** The schema of plain vectors of these columns. */
  public static Schema schema(List<ColumnType> columns) {
    return new Schema(columns.stream().map(ColumnType::field).toList());
  }

  /** The column's name. */
  public String name() {
    return name;
  }

  /** ClickHouse's own type. */
  public DataType declared() {
    return declared;
  }

  /** The Arrow field. */
  public Field field() {
    return type.field(name);
  }

  /** A reader into a vector of {@link #field}. */
  public ValueReader reader(FieldVector vector) {
    return type.opener().open(vector);
  }
}
