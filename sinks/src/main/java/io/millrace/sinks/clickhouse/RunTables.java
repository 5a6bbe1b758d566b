package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
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
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Rows that are staged in tables of their own and shown by replacing a partition.
 *
 * <p>The rows of a run are first put together in a table that only one process knows, are counted,
 * and then take the place of the run's partition in one step of the server's: readers see the old
 * rows or the new ones. Whoever has made such a table drops all others of this plan and of earlier
 * ones, waits for what reads them, and only then asks whether the plan is noted as shown. So of two
 * that show something of a run at the same time the one that made its table first finds it gone, or
 * is done before the other goes on; and whoever comes late with an earlier plan is told so by the
 * note, or finds its table gone.
 */
final class RunTables implements RunData {
  private static final int TRIES = 6;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

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
      List<String> lost = show(plan, target, rows, published);
      if (!lost.isEmpty()) {
        return lost;
      }
    }
    return List.of();
  }

  /** Tries it a few times, since another process may do the same and take this one's table away. */
  private List<String> show(
      PlannedRun plan, TableName target, Map<String, Long> rows, BooleanSupplier published) {
    for (int tries = 1; tries <= TRIES; tries++) {
      Optional<List<String>> done = showOnce(plan, target, rows, published);
      if (done.isPresent()) {
        return done.get();
      }
      pause(FIRST_PAUSE.multipliedBy(1L << tries));
    }
    throw MillraceException.passing(
        Category.TARGET,
        "Cannot show %s in %s: other processes are about to do it as well; it is tried again"
            .formatted(plan, target),
        null);
  }

  private Optional<List<String>> showOnce(
      PlannedRun plan, TableName target, Map<String, Long> rows, BooleanSupplier published) {
    TableName together = table(plan, target, Kind.RUN, nonces.next());
    try (var swap = PartitionSwap.begin(server, target, together, plan.run().value())) {
      staged(plan, target.database(), Kind.RUN).stream()
          .filter(table -> !table.equals(together))
          .forEach(this::drop);
      if (published.getAsBoolean()) {
        return Optional.of(List.of());
      }
      return swap.show(
          rows.keySet().stream().map(writer -> staged(plan, target, writer)).toList(), rows);
    }
  }

  /** Not as long as the other one's, most likely. */
  private static void pause(Duration longest) {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextLong(longest.toMillis()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.passing(
          Category.TARGET, "Nothing was shown: the thread was told to stop", e);
    }
  }

  @Override
  public void remove(PlannedRun plan, List<StagedFile> files) {
    for (TableName target : targets(plan, files)) {
      staged(plan, target.database(), Kind.RUN).forEach(this::drop);
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
      if (server.has(target)
          && server.number("SELECT count() FROM %s WHERE %s".formatted(target.sql(), rows)) > 0) {
        server.execute(
            "ALTER TABLE %s DELETE WHERE %s SETTINGS mutations_sync = 2"
                .formatted(target.sql(), rows));
      }
    }
  }

  @Override
  public void sweep(PlannedRun plan) {
    for (Kind kind : Kind.values()) {
      staged(plan, database, kind).forEach(this::drop);
    }
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

  /** The tables of a kind for this plan of a run, and for earlier ones. */
  private List<TableName> staged(PlannedRun plan, String where, Kind kind) {
    return server
        .rows(
            "SELECT name FROM system.tables WHERE database = %s AND startsWith(name, %s)"
                .formatted(
                    SqlText.literal(where), SqlText.literal(StagedTable.prefix(kind, run(plan)))))
        .stream()
        .map(row -> row.get(0))
        .filter(
            name ->
                StagedTable.parse(name)
                    .filter(table -> table.plan().compareTo(plan.plan()) <= 0)
                    .isPresent())
        .map(name -> new TableName(where, name))
        .toList();
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
