package io.millrace.connect.clickhouse.server;

import io.millrace.connect.selection.TableNaming;
import io.millrace.core.MillraceException;

/**
 * A table as ClickHouse spells it.
 *
 * @param database its database
 * @param name its name
 */
public record TableName(String database, String name) {
  /** How options spell it. */
  public static final TableNaming<TableName> NAMING =
      new TableNaming<>(TableName::parse, TableName::database, TableName::name, "shop.orders");

  /**
   * Reads {@code database.table} as the value of an option; nothing is folded or unquoted, the name
   * may hold more dots.
   *
   * @throws MillraceException (CONFIGURATION, key {@code option})
   */
  public static TableName parse(String option, String text) {
    int dot = text.indexOf('.');
    if (dot <= 0 || dot == text.length() - 1) {
      throw MillraceException.configuration(
          option,
          "Cannot use \"%s\" as a table: expected database.table, such as shop.orders"
              .formatted(text));
    }
    return new TableName(text.substring(0, dot), text.substring(dot + 1));
  }

  /** The name in SQL. */
  public String sql() {
    return SqlText.identifier(database) + "." + SqlText.identifier(name);
  }

  @Override
  public String toString() {
    return database + "." + name;
  }
}
