package io.millrace.sinks.parquet;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What another Parquet reader than parquet-java sees. */
final class DuckDb implements AutoCloseable {
  private final Connection connection;

  DuckDb() throws SQLException {
    connection = DriverManager.getConnection("jdbc:duckdb:");
    try (Statement s = connection.createStatement()) {
      s.execute("SET TimeZone = 'UTC'");
    }
  }

  /** The rows of a query, {@code %s} being the file, as text; null is null. */
  List<List<String>> rows(String query, Path file) throws SQLException {
    try (Statement s = connection.createStatement();
        ResultSet r = s.executeQuery(query.replace("%s", "'" + file + "'"))) {
      List<List<String>> rows = new ArrayList<>();
      while (r.next()) {
        List<String> row = new ArrayList<>();
        for (int c = 1; c <= r.getMetaData().getColumnCount(); c++) {
          row.add(r.getString(c));
        }
        rows.add(row);
      }
      return rows;
    }
  }

  /** The only column of a query. */
  List<String> column(String query, Path file) throws SQLException {
    return rows(query, file).stream().map(row -> row.get(0)).toList();
  }

  /** The only value of a query. */
  String value(String query, Path file) throws SQLException {
    return column(query, file).get(0);
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
