package io.millrace.connect.postgres.plan;

import io.millrace.connect.postgres.server.Table;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * What the server knows of a table. ANALYZE's statistics are taken if the table has about the size
 * it had then and they are fine enough; else the smallest and the largest value are asked for,
 * which an index answers and without one is a scan.
 */
public final class ServerStatistics implements TableStatistics {
  /** So many values per range make the ranges even enough. */
  private static final int VALUES_PER_RANGE = 4;

  private static final String FRESH =
      """
      SELECT c.relkind = 'r' AND NOT c.relhassubclass AND abs(
          c.relpages - pg_catalog.pg_relation_size(c.oid)
              / current_setting('block_size')::int) <= c.relpages / 4
      FROM pg_catalog.pg_class c WHERE c.oid = ?::oid
      """;

  private static final String WEIGHTS =
      """
      SELECT %1$s, share
      FROM (
        SELECT m.v, m.share
        FROM pg_catalog.pg_stats s,
          unnest(s.most_common_vals::text::%2$s[], s.most_common_freqs) AS m(v, share)
        WHERE s.schemaname = ? AND s.tablename = ? AND s.attname = ? AND NOT s.inherited
        UNION ALL
        SELECT h.v, (1 - s.null_frac
            - coalesce((SELECT sum(f) FROM unnest(s.most_common_freqs) f), 0))
            / pg_catalog.array_length(s.histogram_bounds::text::%2$s[], 1)
        FROM pg_catalog.pg_stats s, unnest(s.histogram_bounds::text::%2$s[]) AS h(v)
        WHERE s.schemaname = ? AND s.tablename = ? AND s.attname = ? AND NOT s.inherited
      ) AS known
      WHERE %3$s
      ORDER BY 1
      """;

  private static final String BYTES =
      """
      WITH RECURSIVE tree(oid) AS (
        SELECT ?::oid
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT coalesce(sum(pg_catalog.pg_table_size(oid)), 0) FROM tree
      """;

  private static final String BLOCKS =
      """
      WITH RECURSIVE tree(oid) AS (
        SELECT ?::oid
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.oid)
      SELECT coalesce(max(pg_catalog.pg_relation_size(oid)), 0) / current_setting('block_size')::int
      FROM tree
      """;

  private final Connection connection;
  private final Table table;
  private final int ranges;

  /** The statistics of a table, for a plan of so many ranges. */
  public ServerStatistics(Connection connection, Table table, int ranges) {
    this.connection = connection;
    this.table = table;
    this.ranges = ranges;
  }

  @Override
  public Distribution distribution(SplitColumn column) throws SQLException {
    List<Distribution.Weight> weights = fresh() ? weights(column) : List.of();
    if (weights.size() >= VALUES_PER_RANGE * ranges) {
      return new Distribution.Weighted(weights);
    }
    return weights.size() > 1
        ? new Distribution.Even(weights.get(0).value(), weights.get(weights.size() - 1).value())
        : ends(column);
  }

  private boolean fresh() throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(FRESH)) {
      statement.setLong(1, table.oid());
      try (ResultSet row = statement.executeQuery()) {
        return row.next() && row.getBoolean(1);
      }
    }
  }

  private List<Distribution.Weight> weights(SplitColumn column) throws SQLException {
    String sql = WEIGHTS.formatted(column.ordinalSql("v"), column.sqlType(), column.finiteSql("v"));
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < 2; i++) {
        statement.setString(3 * i + 1, table.name().schema());
        statement.setString(3 * i + 2, table.name().name());
        statement.setString(3 * i + 3, column.name());
      }
      var weights = new ArrayList<Distribution.Weight>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          weights.add(new Distribution.Weight(rows.getLong(1), rows.getDouble(2)));
        }
      }
      return weights;
    }
  }

  private Distribution ends(SplitColumn column) throws SQLException {
    String name = column.sql();
    String sql =
        "SELECT %s, %s FROM %s WHERE %s"
            .formatted(
                column.ordinalSql("min(" + name + ")"),
                column.ordinalSql("max(" + name + ")"),
                table.fromSql(),
                column.finiteSql(name));
    // No prepared one: a query's own question marks are operators.
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      long min = row.getLong(1);
      return row.wasNull() ? new Distribution.Empty() : new Distribution.Even(min, row.getLong(2));
    }
  }

  /** How large the table is, partitions and long values included; 0 of what has no file. */
  public long bytes() throws SQLException {
    return number(BYTES);
  }

  @Override
  public long blocks() throws SQLException {
    return number(BLOCKS);
  }

  private long number(String sql) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, table.oid());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
