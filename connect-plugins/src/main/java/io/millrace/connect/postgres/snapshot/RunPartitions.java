package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.PostgresOptions.Partitioning;
import io.millrace.connect.postgres.plan.ServerStatistics;
import io.millrace.connect.postgres.plan.ServerWindows;
import io.millrace.connect.postgres.plan.SnapshotPlanner;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.round.DueRun;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Savepoint;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.round.PlannedPartition;
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
  private final boolean mayFail;

  /** For runs planned in a session that sees the snapshot. */
  RunPartitions(Partitioning partitioning, Connection connection, boolean mayFail) {
    this.partitioning = partitioning;
    this.connection = connection;
    this.mayFail = mayFail;
  }

  /**
   * A run as planned.
   *
   * @param run the run
   * @param bytes about how large it is
   * @param partitions its Partitions, at least one
   */
  record Planned(DueRun run, long bytes, List<PlannedPartition> partitions) {}

  /** Plans a run; one that fails has one Partition, which says so. */
  Planned of(DueRun run) throws SQLException {
    if (!mayFail) {
      return planned(run);
    }
    try (var savepoint = Savepoint.set(connection)) {
      Planned planned = planned(run);
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

  private Planned planned(DueRun run) throws SQLException {
    if (run instanceof DueRun.Whole whole) {
      return planned(whole);
    } else if (run instanceof DueRun.InWindow inWindow) {
      return planned(inWindow);
    }
    return new Planned(
        run, 0, List.of(new PlannedPartition(PlannedPartition.id(0), new Bounds.Everything())));
  }

  private Planned planned(DueRun.Whole run) throws SQLException {
    long bytes = new ServerStatistics(connection, run.table(), 1).bytes();
    int ranges = mayFail ? worth(bytes) : partitioning.ranges();
    return new Planned(run, bytes, ranges(run.table(), column(run.table()), ranges));
  }

  private Planned planned(DueRun.InWindow run) throws SQLException {
    long bytes =
        new ServerWindows(connection, run.table(), run.column()).estimatedBytes(run.window());
    SplitColumn column = column(run.table());
    boolean otherColumn = column != null && !column.name().equals(run.column().name());
    return new Planned(
        run,
        bytes,
        otherColumn
            ? ranges(run.table(), column, worth(bytes))
            : new SnapshotPlanner(worth(bytes)).plan(run.column(), run.window()));
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
