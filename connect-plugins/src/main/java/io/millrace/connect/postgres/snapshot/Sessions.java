package io.millrace.connect.postgres.snapshot;

import java.sql.Connection;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How sessions end here: at once, whatever they are doing. */
final class Sessions {
  private static final Logger LOG = LoggerFactory.getLogger(Sessions.class);

  private Sessions() {}

  /**
   * Closes the socket, also under a thread that waits for it. Nothing of ours is lost by it:
   * sessions only read.
   */
  static void drop(Connection connection) {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("A session was gone already", e);
    }
  }
}
