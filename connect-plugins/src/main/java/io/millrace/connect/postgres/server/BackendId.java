package io.millrace.connect.postgres.server;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A session at the server, told apart from a later one with the same process id.
 *
 * @param pid the backend's process id
 * @param startedAt when it began, as the server writes it
 */
public record BackendId(int pid, String startedAt) {
  private static final String THIS_ONE =
      " FROM pg_catalog.pg_stat_activity WHERE pid = ? AND backend_start::text = ?";

  /** The session of a connection. */
  public static BackendId of(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT pid, backend_start::text FROM pg_catalog.pg_stat_activity"
                    + " WHERE pid = pg_catalog.pg_backend_pid()")) {
      row.next();
      return new BackendId(row.getInt(1), row.getString(2));
    }
  }

  /** Whether it still lives, asked in another session of the same role. */
  public boolean isAlive(Connection other) throws SQLException {
    return isFound("SELECT 1" + THIS_ONE, other);
  }

  /** Ends it from another session of the same role; does nothing where it is gone. */
  public void terminate(Connection other) throws SQLException {
    isFound("SELECT pg_catalog.pg_terminate_backend(pid)" + THIS_ONE, other);
  }

  private boolean isFound(String sql, Connection other) throws SQLException {
    try (PreparedStatement statement = other.prepareStatement(sql)) {
      statement.setInt(1, pid);
      statement.setString(2, startedAt);
      try (ResultSet rows = statement.executeQuery()) {
        return rows.next();
      }
    }
  }
}
