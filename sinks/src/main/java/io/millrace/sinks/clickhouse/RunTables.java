package io.millrace.sinks.clickhouse;

import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.StagedFile;
import io.millrace.sinks.clickhouse.StagedTable.Kind;
import io.millrace.sinks.clickhouse.server.Server;
import io.millrace.sinks.clickhouse.server.SqlText;
import io.millrace.sinks.clickhouse.server.TableName;
import io.millrace.sinks.ledger.RunData;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Rows that are staged in tables of their own and shown by replacing a partition.
 *
 * <p>The rows of a run are first put together in a table that only one process knows, are counted,
 * and then take the place of the run's partition in one step of the server's: readers see the old
 * rows or the new ones. Somebody who comes late with the rows of an earlier plan finds its table
 * gone: whoever shows a plan drops all such tables of earlier plans first, and waits for what reads
 * them; and whoever has made such a table asks, before it uses it, whether its plan is noted as
 * shown. One of the two sees the other.
 */
final class RunTables implements RunData {
  private final Server server;
  private final String sink;
  private final String database;
  private final Nonces nonces;

  /**
   * The rows of a sink.
   *
   * @param database where it stages; older markers may name others
   */
  RunTables(Server server, String sink, String database, Nonces nonces) {
    this.server = server;
    this.sink = sink;
    this.database = database;
    this.nonces = nonces;
  }

  @Override
  public List<String> publish(PlannedRun plan, List<StagedFile> files, BooleanSupplier published) {
    for (TableName target : targets(plan, files)) {
      Map<String, Long> rows =
          files.stream()
              .filter(file -> path(plan, file).table().equals(target))
              .collect(Collectors.toMap(file -> path(plan, file).writer(), StagedFile::rows));
      drop(plan, target.database(), Kind.RUN, Bound.BEFORE);
      var swap =
          new PartitionSwap(
              server, target, table(plan, target, Kind.RUN, nonces.next()), plan.run().value());
      List<TableName> staged =
          rows.keySet().stream().map(writer -> staged(plan, target, writer)).toList();
      List<String> lost = swap.show(staged, rows, published);
      if (!lost.isEmpty()) {
        return lost;
      }
    }
    return List.of();
  }

  @Override
  public void remove(PlannedRun plan, List<StagedFile> files) {
    for (TableName target : targets(plan, files)) {
      drop(plan, target.database(), Kind.RUN, Bound.UP_TO);
      List<String> writers =
          files.stream()
              .map(file -> path(plan, file))
              .filter(path -> path.table().equals(target))
              .map(RowsPath::writer)
              .toList();
      String rows =
          "%s = %s AND %s IN %s"
              .formatted(
                  TargetTable.RUN,
                  SqlText.literal(plan.run().value()),
                  TargetTable.WRITER,
                  SqlText.literals(writers));
      // A later plan has taken the partition, unless it went to another table or has no rows.
      if (isThere(target)
          && server.number("SELECT count() FROM %s WHERE %s".formatted(target.sql(), rows)) > 0) {
        server.execute(
            "ALTER TABLE %s DELETE WHERE %s SETTINGS mutations_sync = 2"
                .formatted(target.sql(), rows));
      }
    }
  }

  @Override
  public void sweep(PlannedRun plan) {
    drop(plan, database, Kind.UNIT, Bound.UP_TO);
    drop(plan, database, Kind.RUN, Bound.UP_TO);
  }

  /** Once a table is dropped and nothing reads it, no request of its maker can do anything. */
  @Override
  public Duration longestRequest() {
    return Duration.ZERO;
  }

  /** A query of the rows. */
  @Override
  public String location(PlannedRun plan, StagedFile file) {
    return path(plan, file).query();
  }

  /** How many rows readers find in the run, whoever wrote them. */
  long countRows(PlannedRun plan, List<StagedFile> files) {
    return targets(plan, files).stream()
        .mapToLong(
            target ->
                server.number(
                    "SELECT count() FROM %s WHERE %s = %s"
                        .formatted(
                            target.sql(), TargetTable.RUN, SqlText.literal(plan.run().value()))))
        .sum();
  }

  /** The table of a try's rows. */
  TableName staged(PlannedRun plan, TableName target, String writer) {
    return table(plan, target, Kind.UNIT, writer);
  }

  /** Drops the table of a try, which its writer's nonce tells from all others. */
  void discard(StagedFile file) {
    RowsPath path = RowsPath.parse(file.path(), "");
    String where = path.table().database();
    for (List<String> name :
        server.rows(
            "SELECT name FROM system.tables WHERE database = %s AND startsWith(name, '_millrace_unit_') AND endsWith(name, %s)"
                .formatted(SqlText.literal(where), SqlText.literal("_" + path.writer())))) {
      drop(new TableName(where, name.get(0)));
    }
  }

  private TableName table(PlannedRun plan, TableName target, Kind kind, String nonce) {
    return target.beside(new StagedTable(kind, run(plan), plan.plan(), nonce).name());
  }

  private String run(PlannedRun plan) {
    return StagedTable.runOf(sink, plan.stream(), plan.run());
  }

  private boolean isThere(TableName table) {
    return server.number(
            "SELECT count() FROM system.tables WHERE database = %s AND name = %s"
                .formatted(SqlText.literal(table.database()), SqlText.literal(table.table())))
        > 0;
  }

  /** Which plans, seen from one. */
  private enum Bound {
    BEFORE,
    UP_TO
  }

  private void drop(PlannedRun plan, String where, Kind kind, Bound bound) {
    List<List<String>> names =
        server.rows(
            "SELECT name FROM system.tables WHERE database = %s AND startsWith(name, %s)"
                .formatted(
                    SqlText.literal(where), SqlText.literal(StagedTable.prefix(kind, run(plan)))));
    for (List<String> name : names) {
      boolean due =
          StagedTable.parse(name.get(0))
              .map(table -> table.plan().compareTo(plan.plan()))
              .filter(order -> bound == Bound.BEFORE ? order < 0 : order <= 0)
              .isPresent();
      if (due) {
        drop(new TableName(where, name.get(0)));
      }
    }
  }

  private void drop(TableName table) {
    PartitionSwap.drop(server, table);
  }

  private static Set<TableName> targets(PlannedRun plan, Collection<StagedFile> files) {
    return files.stream()
        .map(file -> path(plan, file).table())
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  private static RowsPath path(PlannedRun plan, StagedFile file) {
    return RowsPath.parse(file.path(), plan.run().value());
  }
}
