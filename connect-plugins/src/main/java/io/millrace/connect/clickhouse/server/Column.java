package io.millrace.connect.clickhouse.server;

import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.type.DataType;

/**
 * A column of something that can be read.
 *
 * @param declared its type
 * @param sql what is selected, its name or a cast
 * @param type how what is selected is read
 */
public record Column(DataType declared, String sql, ColumnType type) {
  /** Its name. */
  public String name() {
    return type.name();
  }

  /** Whether the server makes something else of it. */
  boolean isCast() {
    return !sql.equals(identifier());
  }

  /** Its name in SQL. */
  String identifier() {
    return SqlText.identifier(name());
  }

  /** What stands after SELECT; the answer has it under the column's name. */
  String selected() {
    return isCast() ? sql + " AS " + identifier() : sql;
  }
}
