package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.PostgresOptions.Partitioning;
import io.millrace.connect.postgres.plan.PlannedPartition;
import io.millrace.connect.postgres.plan.ServerStatistics;
import io.millrace.connect.postgres.plan.ServerWindows;
import io.millrace.connect.postgres.plan.SnapshotPlanner;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
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
   * @param item the run
   * @param bytes about how large it is
   * @param partitions its Partitions, at least one
   * @param failureOrNull why it cannot be read
   */
  record Planned(
      Agenda.Item item, long bytes, List<PlannedPartition> partitions, String failureOrNull) {}

  /** Plans a run; one that fails has one Partition, which says so. */
  Planned of(Agenda.Item item) throws SQLException {
    if (item.failure().isPresent()) {
      return failed(item, item.failureOrNull());
    }
    if (!mayFail) {
      return planned(item);
    }
    try (var savepoint = Savepoint.set(connection)) {
      Planned planned = planned(item);
      savepoint.release();
      return planned;
    } catch (MillraceException e) {
      return failed(item, e.getMessage());
    } catch (SQLException e) {
      if (PostgresServer.passing(e)) {
        throw e;
      }
      return failed(item, PostgresServer.words(e));
    }
  }

  private static Planned failed(Agenda.Item item, String reason) {
    return new Planned(
        item,
        0,
        List.of(new PlannedPartition(PlannedPartition.id(0), new Bounds.Everything())),
        reason);
  }

  private Planned planned(Agenda.Item item) throws SQLException {
    Table table = item.table();
    SplitColumn column =
        partitioning.column().map(name -> SplitColumn.named(table, name)).orElse(null);
    if (item.windowOrNull() == null) {
      long bytes = new ServerStatistics(connection, table, 1).bytes();
      return new Planned(item, bytes, snapshot(table, column, bytes), null);
    }
    var windows = new ServerWindows(connection, table, item.columnOrNull());
    long bytes = windows.estimatedBytes(item.windowOrNull());
    int ranges = worth(bytes);
    boolean otherColumn = column != null && !column.name().equals(item.columnOrNull().name());
    List<PlannedPartition> partitions =
        otherColumn
            ? new SnapshotPlanner(ranges)
                .plan(table, column, new ServerStatistics(connection, table, ranges))
            : new SnapshotPlanner(ranges).plan(item.columnOrNull(), item.windowOrNull());
    return new Planned(item, bytes, partitions, null);
  }

  private List<PlannedPartition> snapshot(Table table, SplitColumn column, long bytes)
      throws SQLException {
    int ranges = mayFail ? worth(bytes) : partitioning.ranges();
    return new SnapshotPlanner(ranges)
        .plan(table, column, new ServerStatistics(connection, table, ranges));
  }

  private int worth(long bytes) {
    return (int) Math.max(1, Math.min(partitioning.ranges(), bytes / WORTHWHILE));
  }
}
