package io.millrace.benchmarks.driven;

import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.replication.PGReplicationStream;

/**
 * The limit of every reader of a slot: pgjdbc's replication stream, its messages counted and thrown
 * away, nothing confirmed. Usage: {@code LogDrain URL USER SLOT PUBLICATION}; a line says how many
 * changes there are, a pass's number is its bytes.
 */
public final class LogDrain {
  private static final long IDLE_NANOS = 100_000;

  private LogDrain() {}

  /** See the class. */
  public static void main(String[] args) throws Exception {
    Passes.serve(line -> drain(args[0], args[1], args[2], args[3], Long.parseLong(line)));
  }

  private static long drain(String url, String user, String slot, String publication, long changes)
      throws SQLException {
    var properties = new Properties();
    PGProperty.USER.set(properties, user);
    PGProperty.REPLICATION.set(properties, "database");
    PGProperty.PREFER_QUERY_MODE.set(properties, "simple");
    PGProperty.ASSUME_MIN_SERVER_VERSION.set(properties, "10");
    try (Connection connection = DriverManager.getConnection(url, properties)) {
      PGReplicationStream stream =
          connection
              .unwrap(PGConnection.class)
              .getReplicationAPI()
              .replicationStream()
              .logical()
              .withSlotName(slot)
              .withAutomaticFlush(false)
              .withSlotOption("proto_version", "1")
              .withSlotOption("publication_names", publication)
              .start();
      long bytes = 0;
      long seen = 0;
      while (seen < changes) {
        ByteBuffer message = stream.readPending();
        if (message == null) {
          LockSupport.parkNanos(IDLE_NANOS);
          continue;
        }
        bytes += message.remaining();
        if (isChange(message.get(message.position()))) {
          seen++;
        }
      }
      // in the middle of the log: an orderly end would wait for the server
      connection.abort(Runnable::run);
      return bytes;
    }
  }

  private static boolean isChange(byte kind) {
    return kind == 'I' || kind == 'U' || kind == 'D';
  }
}
