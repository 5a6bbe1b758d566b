package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Column;
import io.millrace.core.MillraceException;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * The columns of a table's changes: its own, all of them nullable since a delete has few of them,
 * then those that tell about the change. docs/changes.md is their description.
 */
public final class ChangeSchema {
  static final String BEFORE = "_before";
  static final String OPERATION = "_op";
  static final String LSN = "_lsn";
  static final String COMMIT_AT = "_commit_at";
  static final String TRANSACTION = "_tx";
  static final String SEQUENCE = "_seq";
  static final String UNCHANGED = "_unchanged";

  private static final ArrowType LONG = new ArrowType.Int(64, true);
  private static final List<Field> TOLD =
      List.of(
          field(OPERATION, ArrowType.Utf8.INSTANCE),
          field(LSN, LONG),
          field(COMMIT_AT, new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC")),
          field(TRANSACTION, new ArrowType.Int(32, false)),
          field(SEQUENCE, LONG),
          new Field(
              UNCHANGED,
              FieldType.notNullable(ArrowType.List.INSTANCE),
              List.of(field(ListVector.DATA_VECTOR_NAME, ArrowType.Utf8.INSTANCE))));

  private ChangeSchema() {}

  private static Field field(String name, ArrowType type) {
    return new Field(name, FieldType.notNullable(type), null);
  }

  /**
   * The schema of a table's changes. There is no {@link #BEFORE} if old rows consist of nothing.
   *
   * @throws MillraceException (CONFIGURATION, key {@code table}) if a column of the table has the
   *     name of one of ours
   */
  public static Schema of(ChangedTable table, Unrepresentable policy) {
    return of(table, fields(table.columns(), policy));
  }

  /** The same for people: with notes of what does not come as it is. */
  public static Schema described(ChangedTable table, Unrepresentable policy) {
    return of(
        table,
        table.columns().stream()
            .map(column -> ColumnType.of(nullable(column), policy).described())
            .toList());
  }

  private static Schema of(ChangedTable table, List<Field> columns) {
    requireOwnNames(table);
    var fields = new ArrayList<>(columns);
    List<String> ofIdentity = table.relation().identityColumns();
    List<Field> identity = fields.stream().filter(f -> ofIdentity.contains(f.getName())).toList();
    if (!identity.isEmpty()) {
      fields.add(new Field(BEFORE, FieldType.nullable(ArrowType.Struct.INSTANCE), identity));
    }
    fields.addAll(TOLD);
    return new Schema(fields);
  }

  /** The fields of some columns as they are in a schema of changes. */
  static List<Field> fields(List<Column> columns, Unrepresentable policy) {
    return columns.stream().map(column -> ColumnType.of(nullable(column), policy).field()).toList();
  }

  static Column nullable(Column column) {
    return new Column(column.name(), column.type(), /* nullable= */ true);
  }

  private static void requireOwnNames(ChangedTable table) {
    for (Column column : table.columns()) {
      String name = column.name();
      if (name.equals(BEFORE) || TOLD.stream().anyMatch(told -> told.getName().equals(name))) {
        throw MillraceException.configuration(
            "table",
            "Cannot read changes of %s: its column \"%s\" has the name of one that tells about the"
                    .formatted(table.name(), name)
                + " change; rename it, or leave it out of the publication by a column list");
      }
    }
  }
}
