package io.millrace.benchmarks.table;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table's count and, of every column, its count of values and a sum over them: what Postgres says
 * of the table, and DuckDB of files that should hold the same. Texts are summed up by their MD5.
 *
 * @param values one for each of {@link #names()}
 */
public record TableSums(List<String> names, List<String> values) {

  /** What makes an integer of a value, in Postgres and in DuckDB. */
  private enum Kind {
    INTEGER("%s", "%s"),
    BOOLEAN("%s::int", "%s::int"),
    DECIMAL("%s", "%s"),
    // a sum of doubles depends on their order
    DOUBLE("round(%s * 1000)::bigint", "round(%s * 1000)::bigint"),
    TIMESTAMP("(extract(epoch FROM %s) * 1000000)::bigint", "epoch_us(%s)"),
    TEXT(
        "('x' || substr(md5(%s::text), 1, 8))::bit(32)::bigint",
        "('0x' || substr(md5(%s::varchar), 1, 8))::bigint");

    private final String postgres;
    private final String duckDb;

    Kind(String postgres, String duckDb) {
      this.postgres = postgres;
      this.duckDb = duckDb;
    }

    static Kind of(String type) {
      if (type.startsWith("numeric")) {
        return DECIMAL;
      }
      return switch (type) {
        case "integer", "bigint" -> INTEGER;
        case "boolean" -> BOOLEAN;
        case "double precision" -> DOUBLE;
        case "timestamp without time zone" -> TIMESTAMP;
        case "text", "jsonb" -> TEXT;
        default -> throw new IllegalArgumentException("No sum is known of type " + type);
      };
    }
  }

  /** What the source holds. */
  public static TableSums ofSource(SourceDatabase database, TestTable table) throws SQLException {
    List<SourceDatabase.Column> columns = database.columns(table);
    String select =
        columns.stream()
            .map(
                column ->
                    "count(%1$s), sum(%2$s)::text"
                        .formatted(
                            column.name(),
                            Kind.of(column.type()).postgres.formatted(column.name())))
            .collect(Collectors.joining(", "));
    try (Connection connection = database.connect()) {
      return read(connection, columns, "SELECT count(*), " + select + " FROM " + table.table());
    }
  }

  /** What Parquet files hold together. */
  public static TableSums ofFiles(List<SourceDatabase.Column> columns, List<String> files)
      throws SQLException {
    if (files.isEmpty()) {
      throw new IllegalStateException("No files were written");
    }
    String select =
        columns.stream()
            .map(
                column ->
                    "count(%1$s), sum(%2$s)::varchar"
                        .formatted(
                            column.name(), Kind.of(column.type()).duckDb.formatted(column.name())))
            .collect(Collectors.joining(", "));
    String list =
        files.stream()
            .map(file -> "'" + file.replace("'", "''") + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:")) {
      return read(
          connection, columns, "SELECT count(*), %s FROM read_parquet(%s)".formatted(select, list));
    }
  }

  private static TableSums read(
      Connection connection, List<SourceDatabase.Column> columns, String sql) throws SQLException {
    var names = new ArrayList<String>(List.of("rows"));
    for (SourceDatabase.Column column : columns) {
      names.add("count of " + column.name());
      names.add("sum of " + column.name());
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      var values = new ArrayList<String>();
      for (int i = 1; i <= names.size(); i++) {
        values.add(String.valueOf(row.getString(i)));
      }
      return new TableSums(names, values);
    }
  }

  /** How many rows there are. */
  public long rows() {
    return Long.parseLong(values.get(0));
  }

  /**
   * Compares.
   *
   * @throws IllegalStateException naming the first difference
   */
  public void requireEqual(TableSums output) {
    for (int i = 0; i < values.size(); i++) {
      if (!values.get(i).equals(output.values.get(i))) {
        throw new IllegalStateException(
            "The output is not the source: %s is %s instead of %s"
                .formatted(names.get(i), output.values.get(i), values.get(i)));
      }
    }
  }
}
