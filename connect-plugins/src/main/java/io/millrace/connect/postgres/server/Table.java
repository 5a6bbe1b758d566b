package io.millrace.connect.postgres.server;

import io.millrace.core.MillraceException;
import io.millrace.core.options.NearestWord;
import java.util.List;
import java.util.Optional;

/**
 * A table as the catalog describes it, or what else rows can be selected from.
 *
 * @param oid its OID; 0 for a query
 * @param name its name; {@link #QUERY} for a query
 * @param kind what it is
 * @param fromSql what stands behind FROM
 * @param columns its live columns, generated ones too, in order
 * @param key the names of its primary key's columns; none if there is no such key
 * @param estimatedRows the server's estimate, children and leaves included; -1 if it has none
 */
public record Table(
    long oid,
    TableName name,
    Kind kind,
    String fromSql,
    List<Column> columns,
    List<String> key,
    long estimatedRows) {
  /** What a query is called where a table's name is expected. */
  public static final TableName QUERY = new TableName("", "query");

  /** What rows can be selected from. */
  public enum Kind {
    TABLE,
    PARTITIONED_TABLE,
    MATERIALIZED_VIEW,
    VIEW,
    FOREIGN_TABLE,
    QUERY;

    /** Whether its rows have a place ({@code ctid}) that stays, and ranges of places are quick. */
    public boolean hasPlaces() {
      return this == TABLE || this == MATERIALIZED_VIEW;
    }

    /** Whether {@code LOCK TABLE} takes it. */
    public boolean isLockable() {
      return this == TABLE || this == PARTITIONED_TABLE || this == VIEW;
    }
  }

  public Table {
    columns = List.copyOf(columns);
    key = List.copyOf(key);
  }

  /** An ordinary table. */
  public Table(
      long oid, TableName name, List<Column> columns, List<String> key, long estimatedRows) {
    this(oid, name, Kind.TABLE, name.sql(), columns, key, estimatedRows);
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
