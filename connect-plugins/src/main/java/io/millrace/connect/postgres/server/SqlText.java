package io.millrace.connect.postgres.server;

/** Names and values as they stand in SQL, whatever they hold. */
public final class SqlText {
  private SqlText() {}

  /** A quoted identifier. */
  public static String identifier(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** A quoted literal; {@code standard_conforming_strings} or not. */
  public static String literal(String value) {
    String quoted = "'" + value.replace("'", "''") + "'";
    return value.indexOf('\\') < 0 ? quoted : " E" + quoted.replace("\\", "\\\\");
  }
}
