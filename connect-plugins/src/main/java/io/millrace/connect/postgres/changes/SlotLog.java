package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.server.SqlText;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The messages of a slot from a place on, in a session of its own. */
final class SlotLog implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SlotLog.class);

  private final Connection connection;
  private final PGReplicationStream stream;
  private long confirmed;

  /**
   * Begins to read.
   *
   * @param connection a session that can replicate; closed with this
   * @param from transactions whose commit lies before it are left out
   */
  SlotLog(Connection connection, String slot, String publication, long from) throws SQLException {
    this.connection = connection;
    this.stream =
        connection
            .unwrap(PGConnection.class)
            .getReplicationAPI()
            .replicationStream()
            .logical()
            .withSlotName(slot)
            .withStartPosition(LogSequenceNumber.valueOf(from))
            .withAutomaticFlush(false)
            .withSlotOption("proto_version", "1")
            .withSlotOption("publication_names", SqlText.identifier(publication))
            .withSlotOption("messages", "true")
            .start();
  }

  /** The next message; null if none has come yet. */
  ByteBuffer next() throws SQLException {
    return stream.readPending();
  }

  /**
   * How far the server has read its log: all changes of transactions whose commit lies before have
   * been received, if no message is pending and none of a transaction is missing.
   */
  long received() {
    return stream.getLastReceiveLSN().asLong();
  }

  /** Lets the server forget what lies before a place. */
  void confirm(long place) throws SQLException {
    if (Long.compareUnsigned(place, confirmed) > 0) {
      confirmed = place;
      LogSequenceNumber lsn = LogSequenceNumber.valueOf(place);
      stream.setFlushedLSN(lsn);
      stream.setAppliedLSN(lsn);
      stream.forceUpdateStatus();
    }
  }

  /** Closes the socket: the server may be in the middle of a transaction. */
  @Override
  public void close() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      LOG.debug("A session was gone already", e);
    }
  }
}
