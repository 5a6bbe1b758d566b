package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a message into the log of a server that is silent, in a transaction of its own: then the
 * log, and the time of its latest commit, move on.
 */
final class Heartbeat {
  private static final Logger LOG = LoggerFactory.getLogger(Heartbeat.class);
  private static final String PREFIX = "millrace.heartbeat";

  private final Connection connection;
  private final String slot;
  private final Duration every;
  private Instant last;
  private boolean refused;

  /**
   * A heartbeat that has just beaten.
   *
   * @param every how long there must have been no commit; zero for never
   */
  Heartbeat(Connection connection, String slot, Duration every, Instant now) {
    this.connection = connection;
    this.slot = slot;
    this.every = every;
    this.last = now;
  }

  /** A commit was seen. */
  void heard(Instant now) {
    last = now;
  }

  /** Writes, if it is time. A role that may not write goes without, and is told once. */
  void beatIfSilent(Instant now) throws SQLException {
    if (refused || every.isZero() || now.isBefore(last.plus(every))) {
      return;
    }
    last = now;
    try (Statement settings = connection.createStatement();
        PreparedStatement message =
            connection.prepareStatement("SELECT pg_catalog.pg_logical_emit_message(true, ?, ?)")) {
      settings.execute("SET synchronous_commit = off"); // nobody waits for it
      message.setString(1, PREFIX);
      message.setString(2, slot);
      message.execute();
    } catch (SQLException e) {
      if (PostgresServer.passing(e)) {
        throw e;
      }
      refused = true;
      LOG.warn(
          "Cannot write heartbeats, so that runs of an idle database stay open: {}",
          PostgresServer.words(e));
    }
  }
}
