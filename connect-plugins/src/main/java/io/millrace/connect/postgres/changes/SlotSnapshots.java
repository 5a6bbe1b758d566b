package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.changes.SlotSetup.Begun;
import io.millrace.connect.postgres.round.HeldSnapshot;
import io.millrace.connect.postgres.server.BackendId;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.SqlText;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.snapshot.SharedSnapshot;
import io.millrace.core.Nonces;
import io.millrace.core.change.SnapshotPoint;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Snapshots whose place among the changes is known: each is that of a temporary slot, which sees
 * all transactions whose commit lies before its consistent point, and no other. The slot that is
 * read for ever is made before, so that it has all that come after.
 */
final class SlotSnapshots implements SharedSnapshot.Source {
  private final PostgresServer server;
  private final SlotSetup setup;
  private final Supplier<Optional<Checkpoint>> stored;
  private final Nonces nonces;
  private volatile SnapshotPoint firstOrNull;

  /**
   * Snapshots for a generation.
   *
   * @param stored what Connect has stored of it
   */
  SlotSnapshots(
      PostgresServer server,
      SlotSetup setup,
      Supplier<Optional<Checkpoint>> stored,
      Nonces nonces) {
    this.server = server;
    this.setup = setup;
    this.stored = stored;
    this.nonces = nonces;
  }

  @Override
  public SharedSnapshot take(String purpose) throws SQLException {
    Begun begun = begin(purpose);
    Connection connection = server.connectReplication(purpose);
    try (Statement statement = connection.createStatement()) {
      BackendId exporter = BackendId.of(connection);
      String create =
          "CREATE_REPLICATION_SLOT %s TEMPORARY LOGICAL pgoutput EXPORT_SNAPSHOT"
              .formatted(SqlText.identifier("millrace_point_" + nonces.next()));
      try (ResultSet row = statement.executeQuery(create)) {
        row.next();
        long place = Lsn.parse(row.getString("consistent_point"));
        var point = new SnapshotPoint(begun.generation(), Lsn.before(place));
        if (begun.made()) {
          firstOrNull = point;
        }
        return new SharedSnapshot(
            connection, new HeldSnapshot(row.getString("snapshot_name"), exporter, point));
      }
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Whether a snapshot was taken right after its slot was made, before anybody could read it. */
  boolean isFirst(SnapshotPoint point) {
    return point.equals(firstOrNull);
  }

  private Begun begin(String purpose) throws SQLException {
    Optional<Checkpoint> known = stored.get();
    if (known.isPresent()) {
      return new Begun(known.get().generation().id(), known.get().lsn(), /* made= */ false);
    }
    try (Connection session = server.connect(purpose)) {
      return setup.begin(session);
    }
  }
}
