package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.round.SnapshotRound;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.round.HeldRound;
import io.millrace.connect.round.Round;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** A round, the snapshot it holds under, and a session that watches the one that holds that. */
public final class WatchedRound implements HeldRound {
  private final SnapshotRound planned;
  private final SharedSnapshot snapshot;
  private final PostgresServer server;
  private volatile Connection watcher;

  WatchedRound(SnapshotRound planned, SharedSnapshot snapshot, PostgresServer server) {
    this.planned = planned;
    this.snapshot = snapshot;
    this.server = server;
  }

  /** The round with its snapshot. */
  public SnapshotRound planned() {
    return planned;
  }

  @Override
  public Round round() {
    return planned.round();
  }

  @Override
  public List<Map<String, String>> taskProperties(int tasks) {
    return planned.deal(tasks).stream().map(TaskAssignment::toProperties).toList();
  }

  @Override
  public boolean isHeld() {
    try {
      if (watcher == null) {
        watcher = server.connect("watch");
      }
      return planned.snapshot().exporter().isAlive(watcher);
    } catch (SQLException e) {
      dropWatcher();
      throw server.retriable(e);
    }
  }

  private void dropWatcher() {
    Connection connection = watcher;
    watcher = null;
    if (connection != null) {
      Sessions.drop(connection);
    }
  }

  /** Ends the snapshot, also under a thread that looks after it. */
  @Override
  public void close() {
    snapshot.close();
    dropWatcher();
  }
}
