package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.round.HeldSnapshot;
import io.millrace.connect.postgres.server.BackendId;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.SqlText;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * An exported snapshot, and the session that holds it: other sessions can import it until the
 * session ends. The session runs nothing else, for an error would end its transaction.
 */
public final class SharedSnapshot implements AutoCloseable {
  private final Connection connection;
  private final HeldSnapshot held;

  /** Takes snapshots that other sessions can import. */
  @FunctionalInterface
  public interface Source {
    /** Takes one now; {@code purpose} is shown to the DBA. */
    SharedSnapshot take(String purpose) throws SQLException;
  }

  /** A snapshot that this connection holds until it is closed. */
  public SharedSnapshot(Connection connection, HeldSnapshot held) {
    this.connection = connection;
    this.held = held;
  }

  /** Takes a snapshot now. */
  static SharedSnapshot export(PostgresServer server, String purpose) throws SQLException {
    Connection connection = server.connect(purpose);
    try (Statement statement = connection.createStatement()) {
      BackendId exporter = BackendId.of(connection);
      begin(statement);
      try (ResultSet row = statement.executeQuery("SELECT pg_catalog.pg_export_snapshot()")) {
        row.next();
        return new SharedSnapshot(
            connection, new HeldSnapshot(row.getString(1), exporter, /* pointOrNull= */ null));
      }
    } catch (SQLException | RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  private static void begin(Statement statement) throws SQLException {
    statement.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY");
  }

  /**
   * Begins a transaction that sees what the snapshot sees.
   *
   * @throws SnapshotLostException if the exporter is gone
   */
  static void join(Connection connection, String id) throws SQLException, SnapshotLostException {
    try (Statement statement = connection.createStatement()) {
      begin(statement);
      try {
        statement.execute("SET TRANSACTION SNAPSHOT " + SqlText.literal(id));
      } catch (SQLException e) {
        if (PostgresServer.passing(e)) {
          throw e;
        }
        throw new SnapshotLostException("snapshot %s can no longer be imported".formatted(id), e);
      }
    }
  }

  HeldSnapshot held() {
    return held;
  }

  @Override
  public void close() {
    Sessions.close(connection);
  }
}
