package io.millrace.connect.clickhouse.server;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.SchemaFingerprint;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.arrow.vector.types.pojo.Schema;

/**
 * Something that can be read: a table, a view or a query.
 *
 * @param name what it is called, for people
 * @param from what stands after FROM
 * @param columns its columns
 * @param sortedByOrNull the first column that its rows are sorted by, if it is one
 * @param estimatedRows how many rows it has; -1 if that is not known
 */
public record Table(
    String name, String from, List<Column> columns, String sortedByOrNull, long estimatedRows) {
  public Table {
    columns = List.copyOf(columns);
  }

  /** The column that its rows are sorted by first, if it is one. */
  public Optional<Column> sortedBy() {
    return column(sortedByOrNull);
  }

  /** A column by its name. */
  public Optional<Column> column(String wanted) {
    return columns.stream().filter(column -> column.name().equals(wanted)).findFirst();
  }

  /**
   * A column that an option names.
   *
   * @throws MillraceException (CONFIGURATION, key {@code option}) if there is none of the name
   */
  public Column requireColumn(String option, String wanted) {
    return column(wanted)
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    option,
                    "No column \"%s\" in %s: it has %s"
                        .formatted(
                            wanted,
                            name,
                            columns.stream().map(Column::name).collect(Collectors.joining(", ")))));
  }

  /** What its blocks are read by. */
  public List<ColumnType> types() {
    return columns.stream().map(Column::type).toList();
  }

  /** The schema of its rows. */
  public Schema schema() {
    return ColumnType.schema(types());
  }

  /** Equal for equal schemas. */
  public String fingerprint() {
    return SchemaFingerprint.of(schema());
  }

  /**
   * The rows for which a condition holds. Casts stand around it: ClickHouse would take a column's
   * name in the condition for what is selected under that name.
   */
  public String select(String condition) {
    String plain = select(Column::identifier, from) + " WHERE " + condition;
    return columns.stream().anyMatch(Column::isCast)
        ? select(Column::selected, "(" + plain + ")")
        : plain;
  }

  private String select(Function<Column, String> each, String source) {
    return "SELECT %s FROM %s"
        .formatted(columns.stream().map(each).collect(Collectors.joining(", ")), source);
  }

  /** How many they are. */
  public String count(String condition) {
    return "SELECT count() FROM %s WHERE %s".formatted(from, condition);
  }
}
