package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.sinks.clickhouse.server.Server;
import io.millrace.sinks.clickhouse.server.SqlText;
import io.millrace.sinks.clickhouse.server.TableName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Puts the rows of a run together in a table that nobody else knows, and shows them at once.
 *
 * <p>Of two that replace the same partition at the same time ClickHouse may keep the rows of both:
 * whoever shows something has to make sure that it is alone.
 */
final class PartitionSwap implements AutoCloseable {
  /** Commands in one ALTER; each makes hard links of a unit's parts. */
  private static final int UNITS_AT_ONCE = 50;

  private final Server server;
  private final TableName target;
  private final TableName together;
  private final String run;

  private PartitionSwap(Server server, TableName target, TableName together, String run) {
    this.server = server;
    this.target = target;
    this.together = together;
    this.run = run;
  }

  /**
   * Begins a swap that is used once.
   *
   * @param together the table to be made for it; once somebody drops it, the swap does nothing more
   */
  static PartitionSwap begin(Server server, TableName target, TableName together, String run) {
    server.execute("CREATE TABLE %s AS %s".formatted(together.sql(), target.sql()));
    return new PartitionSwap(server, target, together, run);
  }

  /** Drops a table if it is there, and waits for what reads it. */
  static void drop(Server server, TableName table) {
    server.execute(
        "DROP TABLE IF EXISTS %s SYNC SETTINGS max_table_size_to_drop = 0".formatted(table.sql()));
  }

  /**
   * Replaces the run's partition.
   *
   * @param staged the tables of all units
   * @param rows how many rows each writer's table holds
   * @return the tables of units that are gone, so that nothing was done; or nothing if tables were
   *     taken away meanwhile, its own or those of units: somebody else is at it, or done
   */
  Optional<List<String>> show(List<TableName> staged, Map<String, Long> rows) {
    try {
      List<String> lost = sameColumns(staged);
      if (lost.isEmpty()) {
        replace(staged, rows);
      }
      return Optional.of(lost);
    } catch (MillraceException e) {
      if (e.retriable() && !(server.has(together) && staged.stream().allMatch(server::has))) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private void replace(List<TableName> staged, Map<String, Long> rows) {
    for (int i = 0; i < staged.size(); i += UNITS_AT_ONCE) {
      attach(staged.subList(i, Math.min(staged.size(), i + UNITS_AT_ONCE)));
    }
    requireRows(together, rows);
    server.execute(
        "ALTER TABLE %s REPLACE PARTITION %s FROM %s"
            .formatted(target.sql(), SqlText.literal(run), together.sql()));
    requireRows(target, rows);
  }

  @Override
  public void close() {
    drop(server, together);
  }

  /** Adds the columns that the target got while units were staged; says which tables are gone. */
  private List<String> sameColumns(List<TableName> staged) {
    Map<String, Map<String, String>> columns = columns(staged);
    Map<String, String> wanted = columns.getOrDefault(target.table(), Map.of());
    for (TableName table : staged) {
      Map<String, String> there = columns.get(table.table());
      if (there == null) {
        continue;
      }
      String lacking =
          wanted.entrySet().stream()
              .filter(column -> !there.containsKey(column.getKey()))
              .map(
                  column ->
                      "ADD COLUMN IF NOT EXISTS %s %s"
                          .formatted(SqlText.identifier(column.getKey()), column.getValue()))
              .collect(Collectors.joining(", "));
      if (!lacking.isEmpty()) {
        server.execute("ALTER TABLE %s %s".formatted(table.sql(), lacking));
      }
    }
    return staged.stream()
        .filter(table -> !columns.containsKey(table.table()))
        .map(TableName::toString)
        .toList();
  }

  /** Names and types of the columns of these tables and of the target. */
  private Map<String, Map<String, String>> columns(List<TableName> staged) {
    var names = new ArrayList<>(staged.stream().map(TableName::table).toList());
    names.add(target.table());
    var columns = new HashMap<String, Map<String, String>>();
    for (List<String> row :
        server.rows(
            "SELECT table, name, type FROM system.columns WHERE database = %s AND table IN %s ORDER BY position"
                .formatted(SqlText.literal(target.database()), SqlText.literals(names)))) {
      columns
          .computeIfAbsent(row.get(0), table -> new LinkedHashMap<>())
          .put(row.get(1), row.get(2));
    }
    return columns;
  }

  private void attach(List<TableName> some) {
    String commands =
        some.stream()
            .map(
                table -> "ATTACH PARTITION %s FROM %s".formatted(SqlText.literal(run), table.sql()))
            .collect(Collectors.joining(", "));
    server.execute("ALTER TABLE %s %s".formatted(together.sql(), commands));
  }

  private void requireRows(TableName table, Map<String, Long> rows) {
    Map<String, Long> found =
        server
            .rows(
                "SELECT %s, count() FROM %s WHERE %s = %s GROUP BY 1"
                    .formatted(
                        TargetTable.WRITER, table.sql(), TargetTable.RUN, SqlText.literal(run)))
            .stream()
            .collect(Collectors.toMap(row -> row.get(0), row -> Long.parseLong(row.get(1))));
    if (!found.equals(rows)) {
      throw MillraceException.passing(
          Category.TARGET,
          "Cannot show run %s of %s: %s holds %s rows by writer, and the ledger says %s; it is tried again"
              .formatted(run, target, table, found, rows),
          null);
    }
  }
}
