package io.millrace.connect.debezium.event;

import io.millrace.connect.debezium.value.ValueType;
import io.millrace.connect.debezium.value.ValueTypes;
import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a table's changes: its own, then those that tell about the change, as
 * docs/changes.md has them.
 *
 * @param columns the table's own
 * @param key the key's columns, in the table's order
 */
record EventSchema(List<Column> columns, List<String> key) {
  static final String BEFORE = "_before";
  static final String OPERATION = "_op";
  static final String LSN = "_lsn";
  static final String COMMIT_AT = "_commit_at";
  static final String TRANSACTION = "_tx";
  static final String SEQUENCE = "_seq";
  static final String UNCHANGED = "_unchanged";

  private static final ArrowType LONG = new ArrowType.Int(Long.SIZE, true);
  private static final List<Field> TOLD =
      List.of(
          field(OPERATION, ArrowType.Utf8.INSTANCE),
          field(LSN, LONG),
          field(COMMIT_AT, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
          new Field(TRANSACTION, FieldType.nullable(ArrowType.Utf8.INSTANCE), null),
          field(SEQUENCE, LONG),
          new Field(
              UNCHANGED,
              FieldType.notNullable(ArrowType.List.INSTANCE),
              List.of(field(ListVector.DATA_VECTOR_NAME, ArrowType.Utf8.INSTANCE))));

  EventSchema {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** A column of the table. */
  record Column(String name, ValueType type, Field field) {}

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  /**
   * The columns of an event's table.
   *
   * @throws MillraceException (SOURCE) naming table, column and type if one cannot be read
   */
  static EventSchema of(ChangeEvent event, ValueTypes types) {
    requireRows(event);
    var columns = new ArrayList<Column>();
    for (var field : event.rowSchema().fields()) {
      requireOwnName(event.table(), field.name());
      requireWhole(event, field);
      ValueType type =
          types
              .find(field.schema())
              .orElseThrow(
                  () ->
                      refused(
                          "Cannot read %s: column \"%s\" is of type %s, which has no place in a batch; leave it out with the property column.exclude.list"
                              .formatted(
                                  event.table(),
                                  field.name(),
                                  ValueTypes.connectName(field.schema()))));
      columns.add(
          new Column(
              field.name(), type, type.field(field.name(), ValueTypes.sourceName(field.schema()))));
    }
    List<String> key = event.keyColumns();
    List<String> inOrder = columns.stream().map(Column::name).filter(key::contains).toList();
    if (inOrder.size() != key.size()) {
      throw refused(
          "Cannot read %s: its events have the key %s, and its columns are %s; leave the property message.key.columns out"
              .formatted(event.table(), key, columns.stream().map(Column::name).toList()));
    }
    return new EventSchema(columns, inOrder);
  }

  private static void requireRows(ChangeEvent event) {
    if (event.rowSchema().type() != org.apache.kafka.connect.data.Schema.Type.STRUCT) {
      throw refused(
          "Cannot read %s: its events have documents, of type %s, where rows with columns are needed"
              .formatted(event.table(), ValueTypes.connectName(event.rowSchema())));
    }
  }

  private static void requireOwnName(String table, String column) {
    if (column.equals(BEFORE) || TOLD.stream().anyMatch(told -> told.getName().equals(column))) {
      throw refused(
          "Cannot read %s: its column \"%s\" has the name of one that tells about the change; rename it, or leave it out with the property column.exclude.list"
              .formatted(table, column));
    }
  }

  /**
   * Debezium 3.5 reads MariaDB's UUIDs from the log without the zero bytes at their end, and what
   * it makes of the rest is another UUID: one in 256 would be wrong.
   */
  private static void requireWhole(ChangeEvent event, org.apache.kafka.connect.data.Field field) {
    if (event.sourceKind().equals("mariadb")
        && ValueTypes.sourceName(field.schema()).equalsIgnoreCase("uuid")) {
      throw refused(
          "Cannot read %s: its column \"%s\" is a UUID, and Debezium's MariaDB connector reads some of these wrong from the log; leave it out with the property column.exclude.list, or add a stored generated column that has its text"
              .formatted(event.table(), field.name()));
    }
  }

  private static MillraceException refused(String message) {
    return MillraceException.lasting(Category.SOURCE, message);
  }

  /** The schema of batches. */
  Schema arrow() {
    List<Field> own = columns.stream().map(Column::field).toList();
    var fields = new ArrayList<>(own);
    fields.add(new Field(BEFORE, FieldType.nullable(ArrowType.Struct.INSTANCE), own));
    fields.addAll(TOLD);
    return new Schema(fields);
  }

  /** The columns of the key. */
  List<Column> keyColumns() {
    return columns.stream().filter(column -> key.contains(column.name())).toList();
  }
}
