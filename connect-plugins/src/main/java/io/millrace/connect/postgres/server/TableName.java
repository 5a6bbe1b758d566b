package io.millrace.connect.postgres.server;

import io.millrace.connect.selection.TableNaming;
import io.millrace.core.MillraceException;

/**
 * A table as the catalog spells it.
 *
 * @param schema its schema, empty for what has none
 * @param name its name
 */
public record TableName(String schema, String name) {
  /** How options spell it. */
  public static final TableNaming<TableName> NAMING =
      new TableNaming<>(TableName::parse, TableName::schema, TableName::name, "public.trips");

  /**
   * Reads {@code schema.table}; nothing is folded or unquoted, the name may hold more dots.
   *
   * @throws MillraceException (CONFIGURATION, key {@code table})
   */
  public static TableName parse(String text) {
    return parse("table", text);
  }

  /**
   * Reads {@code schema.table} as the value of an option.
   *
   * @throws MillraceException (CONFIGURATION, key {@code option})
   */
  public static TableName parse(String option, String text) {
    int dot = text.indexOf('.');
    if (dot <= 0 || dot == text.length() - 1) {
      throw MillraceException.configuration(
          option,
          "Cannot use \"%s\" as a table: expected schema.table, such as public.trips"
              .formatted(text));
    }
    return new TableName(text.substring(0, dot), text.substring(dot + 1));
  }

  /** The name in SQL. */
  public String sql() {
    return SqlText.identifier(schema) + "." + SqlText.identifier(name);
  }

  @Override
  public String toString() {
    return schema.isEmpty() ? name : schema + "." + name;
  }
}
