package io.millrace.sinks.clickhouse.server;

import java.util.Collection;
import java.util.stream.Collectors;

/** Names and values as they stand in SQL, whatever they hold. */
public final class SqlText {
  private SqlText() {}

  /** A quoted identifier. */
  public static String identifier(String name) {
    return "`" + escaped(name).replace("`", "\\`") + "`";
  }

  /** A quoted literal. */
  public static String literal(String value) {
    return "'" + escaped(value).replace("'", "\\'") + "'";
  }

  /** Literals in brackets, as {@code IN} takes them; at least one. */
  public static String literals(Collection<String> values) {
    return values.stream().map(SqlText::literal).collect(Collectors.joining(", ", "(", ")"));
  }

  private static String escaped(String text) {
    return text.replace("\\", "\\\\");
  }
}
