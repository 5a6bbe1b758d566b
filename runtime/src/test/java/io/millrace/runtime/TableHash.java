package io.millrace.runtime;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/**
 * The multiset of a table's rows as three numbers: how many there are, and two sums over 60 bits
 * each of every row's MD5 over all its columns. Computed by Postgres from the table and by DuckDB
 * from files, from the same canonical texts; two tables with equal hashes hold the same rows, each
 * as often.
 */
record TableHash(long rows, BigDecimal first, BigDecimal second) {
  private static final String NULL = "~";

  /** What a row's hash is made of: a column and its type by Postgres's name. */
  private record Column(String name, String type) {
    String quoted() {
      return "\"" + name.replace("\"", "\"\"") + "\"";
    }

    String postgresText() {
      return switch (type) {
        case "timestamp without time zone", "timestamp with time zone" ->
            "(extract(epoch from %s) * 1000000)::bigint::text".formatted(quoted());
        case "bytea" -> "encode(%s, 'hex')".formatted(quoted());
        default -> quoted() + "::text";
      };
    }

    String duckDbText() {
      return switch (type) {
        case "timestamp without time zone", "timestamp with time zone" ->
            "epoch_us(%s)::varchar".formatted(quoted());
        case "double precision" -> "format('{:.15g}', %s)".formatted(quoted());
        case "real" -> "format('{:.6g}', %s)".formatted(quoted());
        case "bytea" -> "lower(hex(%s))".formatted(quoted());
        default -> quoted() + "::varchar";
      };
    }
  }

  /** Of a table, by Postgres. */
  static TableHash ofTable(String jdbcUrl, String user, String table) throws SQLException {
    var properties = new Properties();
    properties.put("user", user);
    try (Connection connection = DriverManager.getConnection(jdbcUrl, properties)) {
      // Doubles as %.15g, floats as %.6g: what both engines print alike.
      connection.createStatement().execute("SET extra_float_digits = 0");
      String row = row(columns(connection, table).stream().map(Column::postgresText).toList());
      return query(
          connection,
          """
          SELECT count(*), coalesce(sum(('x' || substr(h, 1, 15))::bit(60)::bigint::numeric), 0),
            coalesce(sum(('x' || substr(h, 16, 15))::bit(60)::bigint::numeric), 0)
          FROM (SELECT md5(%s) AS h FROM %s) AS hashes\
          """
              .formatted(row, table));
    }
  }

  /** Of Parquet files, by DuckDB; the table at the source says which columns there have to be. */
  static TableHash ofFiles(List<Path> files, String jdbcUrl, String user, String table)
      throws SQLException {
    var properties = new Properties();
    properties.put("user", user);
    List<Column> columns;
    try (Connection connection = DriverManager.getConnection(jdbcUrl, properties)) {
      columns = columns(connection, table);
    }
    if (files.isEmpty()) {
      return new TableHash(0, BigDecimal.ZERO, BigDecimal.ZERO);
    }
    String list = files.stream().map(f -> "'" + f + "'").collect(Collectors.joining(", "));
    String row = row(columns.stream().map(Column::duckDbText).toList());
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      return query(
          duck,
          """
          SELECT count(*), coalesce(sum(('0x' || substr(h, 1, 15))::bigint), 0),
            coalesce(sum(('0x' || substr(h, 16, 15))::bigint), 0)
          FROM (SELECT md5(%s) AS h FROM read_parquet([%s])) AS hashes\
          """
              .formatted(row, list));
    }
  }

  /** Joined by operators: a function takes no more than 100 arguments. */
  private static String row(List<String> texts) {
    return texts.stream()
        .map(text -> "coalesce(%s, '%s')".formatted(text, NULL))
        .collect(Collectors.joining(" || '|' || "));
  }

  private static List<Column> columns(Connection connection, String table) throws SQLException {
    var columns = new ArrayList<Column>();
    try (ResultSet rows =
        connection
            .createStatement()
            .executeQuery(
                """
                SELECT attname, format_type(atttypid, NULL) FROM pg_attribute
                WHERE attrelid = '%s'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum\
                """
                    .formatted(table))) {
      while (rows.next()) {
        columns.add(new Column(rows.getString(1), rows.getString(2)));
      }
    }
    return columns;
  }

  private static TableHash query(Connection connection, String sql) throws SQLException {
    try (ResultSet row = connection.createStatement().executeQuery(sql)) {
      row.next();
      return new TableHash(row.getLong(1), row.getBigDecimal(2), row.getBigDecimal(3));
    }
  }
}
