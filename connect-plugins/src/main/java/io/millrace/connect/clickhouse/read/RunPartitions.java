package io.millrace.connect.clickhouse.read;

import io.millrace.connect.clickhouse.ClickHouseOptions.Partitioning;
import io.millrace.connect.clickhouse.plan.Conditions;
import io.millrace.connect.clickhouse.plan.RangePlanner;
import io.millrace.connect.clickhouse.plan.ServerWindows;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.DueRun;
import io.millrace.connect.round.OnFailure;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.RoundPlanner.PlannedRun;
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
  private final OnFailure onFailure;

  RunPartitions(Partitioning partitioning, ClickHouseSession session, OnFailure onFailure) {
    this.partitioning = partitioning;
    this.session = session;
    this.onFailure = onFailure;
  }

  /** Plans a run; one that fails has one Partition, which says so. */
  PlannedRun<TableName, Table> of(DueRun<TableName, Table> run) {
    try {
      return planned(run);
    } catch (MillraceException e) {
      if (onFailure == OnFailure.FAIL || e.retriable()) {
        throw e;
      }
      return planned(run.unreadable(e.getMessage()));
    }
  }

  private PlannedRun<TableName, Table> planned(DueRun<TableName, Table> run) {
    if (run instanceof DueRun.Whole<TableName, Table> whole) {
      return planned(whole);
    } else if (run instanceof DueRun.InWindow<TableName, Table> inWindow) {
      return planned(inWindow);
    }
    return new PlannedRun<>(run, 0, PlannedPartition.number(List.of(new Bounds.Everything())));
  }

  private PlannedRun<TableName, Table> planned(DueRun.Whole<TableName, Table> run) {
    Table table = run.table();
    String all = Conditions.of(run.bounds(), table);
    long rows = table.estimatedRows() >= 0 ? table.estimatedRows() : 0;
    int ranges =
        onFailure == OnFailure.GIVE_UP
            ? worth(session.number(table.count(all)))
            : partitioning.ranges();
    return new PlannedRun<>(
        run, rows, new RangePlanner(ranges).plan(session, table, column(table), all));
  }

  private PlannedRun<TableName, Table> planned(DueRun.InWindow<TableName, Table> run) {
    Table table = run.table();
    SplitColumn runColumn = SplitColumn.ofRuns(table, run.bounds().column());
    long rows = new ServerWindows(session, table, runColumn).rows(run.window());
    SplitColumn column = column(table);
    var planner = new RangePlanner(worth(rows));
    boolean otherColumn = column != null && !column.name().equals(runColumn.name());
    return new PlannedRun<>(
        run,
        rows,
        otherColumn
            ? planner.plan(session, table, column, Conditions.of(run.bounds(), table))
            : planner.plan(runColumn, run.window()));
  }

  private SplitColumn column(Table table) {
    return partitioning.column().map(name -> SplitColumn.named(table, name)).orElse(null);
  }

  private int worth(long rows) {
    return (int) Math.max(1, Math.min(partitioning.ranges(), rows / WORTHWHILE));
  }
}
