package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.PostgresOptions.Partitioning;
import io.millrace.connect.postgres.plan.ServerStatistics;
import io.millrace.connect.postgres.plan.ServerWindows;
import io.millrace.connect.postgres.plan.SnapshotPlanner;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Savepoint;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.round.DueRun;
import io.millrace.connect.round.OnFailure;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.RoundPlanner.PlannedRun;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * Divides runs into Partitions. A single table has as many as it is told; of several tables, and of
 * windows, each has no more than its size is worth.
 */
final class RunPartitions {
  private static final long WORTHWHILE = 16 << 20;

  private final Partitioning partitioning;
  private final Connection connection;
  private final OnFailure onFailure;

  /** For runs planned in a session that sees the snapshot. */
  RunPartitions(Partitioning partitioning, Connection connection, OnFailure onFailure) {
    this.partitioning = partitioning;
    this.connection = connection;
    this.onFailure = onFailure;
  }

  /** Plans a run; one that fails has one Partition, which says so. */
  PlannedRun<TableName, Table> of(DueRun<TableName, Table> run) throws SQLException {
    if (onFailure == OnFailure.FAIL) {
      return planned(run);
    }
    try (var savepoint = Savepoint.set(connection)) {
      PlannedRun<TableName, Table> planned = planned(run);
      savepoint.release();
      return planned;
    } catch (MillraceException e) {
      return planned(run.unreadable(e.getMessage()));
    } catch (SQLException e) {
      if (PostgresServer.passing(e)) {
        throw e;
      }
      return planned(run.unreadable(PostgresServer.words(e)));
    }
  }

  private PlannedRun<TableName, Table> planned(DueRun<TableName, Table> run) throws SQLException {
    if (run instanceof DueRun.Whole<TableName, Table> whole) {
      return planned(whole);
    } else if (run instanceof DueRun.InWindow<TableName, Table> inWindow) {
      return planned(inWindow);
    }
    return new PlannedRun<>(run, 0, PlannedPartition.number(List.of(new Bounds.Everything())));
  }

  private PlannedRun<TableName, Table> planned(DueRun.Whole<TableName, Table> run)
      throws SQLException {
    long bytes = new ServerStatistics(connection, run.table(), 1).bytes();
    int ranges = onFailure == OnFailure.GIVE_UP ? worth(bytes) : partitioning.ranges();
    return new PlannedRun<>(run, bytes, ranges(run.table(), column(run.table()), ranges));
  }

  private PlannedRun<TableName, Table> planned(DueRun.InWindow<TableName, Table> run)
      throws SQLException {
    SplitColumn runColumn = SplitColumn.ofRuns(run.table(), run.bounds().column());
    long bytes = new ServerWindows(connection, run.table(), runColumn).estimatedBytes(run.window());
    SplitColumn column = column(run.table());
    boolean otherColumn = column != null && !column.name().equals(runColumn.name());
    return new PlannedRun<>(
        run,
        bytes,
        otherColumn
            ? ranges(run.table(), column, worth(bytes))
            : new SnapshotPlanner(worth(bytes)).plan(runColumn, run.window()));
  }

  private SplitColumn column(Table table) {
    return partitioning.column().map(name -> SplitColumn.named(table, name)).orElse(null);
  }

  private List<PlannedPartition> ranges(Table table, SplitColumn column, int ranges)
      throws SQLException {
    return new SnapshotPlanner(ranges)
        .plan(table, column, new ServerStatistics(connection, table, ranges));
  }

  private int worth(long bytes) {
    return (int) Math.max(1, Math.min(partitioning.ranges(), bytes / WORTHWHILE));
  }
}
