package io.millrace.connect.postgres.server;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import java.util.List;
import java.util.Optional;

/**
 * A table as the catalog describes it.
 *
 * @param oid its OID
 * @param name its name
 * @param columns its live columns, generated ones too, in order
 * @param key the names of its primary key's columns; none if there is no such key
 * @param estimatedRows the server's estimate, children and leaves included; -1 if it has none
 */
public record Table(
    long oid, TableName name, List<Column> columns, List<String> key, long estimatedRows) {
  public Table {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** What to write after FROM. */
  public String fromSql() {
    return name.sql();
  }

  /** The column of this name. */
  public Optional<Column> column(String columnName) {
    return columns.stream().filter(c -> c.name().equals(columnName)).findFirst();
  }

  /**
   * The column of this name.
   *
   * @param option the option that names it
   * @throws MillraceException (CONFIGURATION, key {@code option}) with the nearest name there is
   */
  public Column requireColumn(String option, String columnName) {
    return column(columnName)
        .orElseThrow(
            () -> {
              List<String> names = columns.stream().map(Column::name).toList();
              return MillraceException.configuration(
                  option,
                  "%s has no column \"%s\": %s"
                      .formatted(
                          name,
                          columnName,
                          NearestWord.of(columnName, names)
                              .map("did you mean \"%s\"?"::formatted)
                              .orElse("its columns are " + String.join(", ", names))));
            });
  }
}
