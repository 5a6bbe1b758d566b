package io.millrace.connect.clickhouse.read;

import io.millrace.connect.clickhouse.ClickHouseOptions.Partitioning;
import io.millrace.connect.clickhouse.plan.Conditions;
import io.millrace.connect.clickhouse.plan.RangePlanner;
import io.millrace.connect.clickhouse.plan.ServerWindows;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import java.util.List;

/**
 * Divides runs into Partitions. A single table has as many as it is told; of several tables, and of
 * windows, each has no more than its rows are worth.
 */
final class RunPartitions {
  private static final long WORTHWHILE = 250_000;

  private final Partitioning partitioning;
  private final ClickHouseSession session;
  private final boolean mayFail;

  RunPartitions(Partitioning partitioning, ClickHouseSession session, boolean mayFail) {
    this.partitioning = partitioning;
    this.session = session;
    this.mayFail = mayFail;
  }

  /**
   * A run as planned.
   *
   * @param run the run
   * @param rows about how many it has
   * @param partitions its Partitions, at least one
   */
  record Planned(DueRun run, long rows, List<PlannedPartition> partitions) {}

  /** Plans a run; one that fails has one Partition, which says so. */
  Planned of(DueRun run) {
    try {
      return planned(run);
    } catch (MillraceException e) {
      if (!mayFail || e.retriable()) {
        throw e;
      }
      return planned(run.unreadable(e.getMessage()));
    }
  }

  private Planned planned(DueRun run) {
    if (run instanceof DueRun.Whole whole) {
      return planned(whole);
    } else if (run instanceof DueRun.InWindow inWindow) {
      return planned(inWindow);
    }
    return new Planned(run, 0, PlannedPartition.number(List.of(new Bounds.Everything())));
  }

  private Planned planned(DueRun.Whole run) {
    Table table = run.table();
    String all = Conditions.of(run.bounds(), table);
    long rows = table.estimatedRows() >= 0 ? table.estimatedRows() : 0;
    int ranges = mayFail ? worth(session.number(table.count(all))) : partitioning.ranges();
    return new Planned(
        run, rows, new RangePlanner(ranges).plan(session, table, column(table), all));
  }

  private Planned planned(DueRun.InWindow run) {
    Table table = run.table();
    long rows = new ServerWindows(session, table, run.column()).rows(run.window());
    SplitColumn column = column(table);
    var planner = new RangePlanner(worth(rows));
    boolean otherColumn = column != null && !column.name().equals(run.column().name());
    return new Planned(
        run,
        rows,
        otherColumn
            ? planner.plan(session, table, column, Conditions.of(run.bounds(), table))
            : planner.plan(run.column(), run.window()));
  }

  private SplitColumn column(Table table) {
    return partitioning.column().map(name -> SplitColumn.named(table, name)).orElse(null);
  }

  private int worth(long rows) {
    return (int) Math.max(1, Math.min(partitioning.ranges(), rows / WORTHWHILE));
  }
}
