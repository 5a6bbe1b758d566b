package io.millrace.sinks.clickhouse.server;

/** A table of a database. */
public record TableName(String database, String table) {
  /** As SQL names it. */
  public String sql() {
    return SqlText.identifier(database) + "." + SqlText.identifier(table);
  }

  /** Another table of the same database. */
  public TableName beside(String other) {
    return new TableName(database, other);
  }

  /** As people name it. */
  @Override
  public String toString() {
    return database + "." + table;
  }
}
