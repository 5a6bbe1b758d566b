package io.millrace.benchmarks.clickhouse;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The count of a table's rows and a sum over each column, as ClickHouse and as DuckDB say it. */
final class EventSums {
  private static final String CLICKHOUSE =
      """
      SELECT count(), sum(id), sum(vendor), sum(zone), sum(toInt64(round(distance * 1000))),
        sum(toInt64(round(amount * 8))), sum(toInt128(toUnixTimestamp64Milli(at))),
        sum(reinterpretAsUInt32(reverse(substring(MD5(payment), 1, 4)))),
        sum(reinterpretAsUInt32(reverse(substring(MD5(reference), 1, 4))))
      FROM %s
      """;

  private static final String DUCK_DB =
      """
      SELECT count(*), sum(id), sum(vendor), sum(zone), sum(round(distance * 1000)::BIGINT),
        sum(round(amount * 8)::BIGINT), sum(epoch_ms("at")),
        sum(('0x' || substr(md5(payment), 1, 8))::UBIGINT),
        sum(('0x' || substr(md5(reference), 1, 8))::UBIGINT)
      FROM read_parquet(%s)
      """;

  private EventSums() {}

  /** Throws if files do not hold what the server does. */
  static void requireEqual(ClickHouseServer server, List<Path> files) throws SQLException {
    List<String> source =
        List.of(server.ask(CLICKHOUSE.formatted(ClickHouseServer.TABLE)).get(0).split("\t", -1));
    String list =
        files.stream()
            .map(file -> "'" + file.toString().replace("'", "''") + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    var output = new ArrayList<String>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(DUCK_DB.formatted(list))) {
      row.next();
      for (int i = 1; i <= source.size(); i++) {
        output.add(row.getString(i));
      }
    }
    if (!source.equals(output)) {
      throw new IllegalStateException(
          "The output is not the source: %s instead of %s".formatted(output, source));
    }
  }
}
