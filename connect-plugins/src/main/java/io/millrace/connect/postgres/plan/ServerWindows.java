package io.millrace.connect.postgres.plan;

import io.millrace.connect.postgres.server.Table;
import io.millrace.core.window.Window;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks the server; an index on the run's column makes all of it cheap. */
public final class ServerWindows {
  private static final Pattern ESTIMATE = Pattern.compile("rows=([0-9]+) width=([0-9]+)");

  private final Connection connection;
  private final Table table;
  private final SplitColumn column;

  /**
   * The windows of a table.
   *
   * @param column the run's column
   */
  public ServerWindows(Connection connection, Table table, SplitColumn column) {
    this.connection = connection;
    this.table = table;
    this.column = column;
  }

  /** The second of the oldest row that has one; none if the table is empty. */
  public OptionalLong first() throws SQLException {
    String sql =
        "SELECT %s FROM %s WHERE %s"
            .formatted(
                column.ordinalSql("min(" + column.sql() + ")"),
                table.fromSql(),
                column.finiteSql(column.sql()));
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      long ordinal = row.getLong(1);
      return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(column.second(ordinal));
    }
  }

  /** The rows in a window. */
  public long rows(Window window) throws SQLException {
    return count(Conditions.of(column.bounds(window), table));
  }

  /** The rows in no window at all: NULL, or at one of the infinities. */
  public long outside() throws SQLException {
    long infinite = count(column.sql() + " IN ('infinity', '-infinity')");
    return column.nullable() ? infinite + count(column.sql() + " IS NULL") : infinite;
  }

  private long count(String condition) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM %s WHERE %s".formatted(table.fromSql(), condition))) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The server's estimate of the bytes in a window. */
  public long estimatedBytes(Window window) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "EXPLAIN SELECT * FROM %s WHERE %s"
                    .formatted(table.fromSql(), Conditions.of(column.bounds(window), table)))) {
      row.next();
      Matcher estimate = ESTIMATE.matcher(row.getString(1));
      return estimate.find()
          ? Long.parseLong(estimate.group(1)) * Long.parseLong(estimate.group(2))
          : 0;
    }
  }
}
