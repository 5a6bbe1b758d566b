package io.millrace.connect.clickhouse.server;

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

  private static String escaped(String text) {
    return text.replace("\\", "\\\\");
  }
}
