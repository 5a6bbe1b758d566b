package io.millrace.connect.postgres.wal;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.TableRows;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.UUID;
import org.apache.arrow.memory.BufferAllocator;
import org.postgresql.PGConnection;
import org.postgresql.replication.LogSequenceNumber;
import org.postgresql.replication.PGReplicationStream;

/** A slot of its own on a server, with a publication of all tables, dropped in the end. */
final class TestSlot implements AutoCloseable {
  /** What a message is done with. */
  interface Reader {
    void read(ByteBuffer message) throws Exception;
  }

  private static final String PUBLICATION = "everything";

  private final EmbeddedPostgres postgres;
  private final String name = "s" + UUID.randomUUID().toString().replace('-', '_');

  TestSlot(EmbeddedPostgres postgres) throws SQLException {
    this.postgres = postgres;
    try (Connection sql = connect();
        Statement statement = sql.createStatement()) {
      statement.execute(
          "SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(name));
    }
  }

  private Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
  }

  static void publish(Connection sql) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute("CREATE PUBLICATION %s FOR ALL TABLES".formatted(PUBLICATION));
    }
  }

  /** All changes of a table since the slot was made, read in one go. */
  static List<EncodedChanges> changes(
      EmbeddedPostgres postgres,
      TestSlot slot,
      boolean binary,
      String table,
      BufferAllocator allocator)
      throws Exception {
    var batches = new ArrayList<EncodedChanges>();
    var settings = new ChangeSettings(3, 900 << 10, Unrepresentable.ERROR);
    try (var rows = new TableRows(postgres.jdbcUrl(), postgres.user());
        var reader =
            new ChangeReader(
                relation -> find(rows.catalog(), relation, table),
                settings,
                allocator,
                batches::add)) {
      slot.read(binary, reader::read);
      if (reader.isWithinTransaction()) {
        throw new AssertionError("the last transaction has no end");
      }
      reader.closeBatches();
    }
    return batches;
  }

  private static Optional<ChangedTable> find(Catalog catalog, WalRelation relation, String table) {
    if (!relation.name().name().equals(table)) {
      return Optional.empty();
    }
    try {
      List<String> key = catalog.table(relation.name()).key();
      return Optional.of(
          ChangedTable.of(relation, catalog.published(relation.oid(), relation.columns()), key));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** Reads all that was committed before the call, from the slot's beginning. */
  void read(boolean binary, Reader reader) throws Exception {
    long end = end();
    var login = new Properties();
    login.setProperty("user", postgres.user());
    try (Connection connection =
            PostgresServer.at(postgres.jdbcUrl(), login).connectReplication("test");
        PGReplicationStream stream =
            connection
                .unwrap(PGConnection.class)
                .getReplicationAPI()
                .replicationStream()
                .logical()
                .withSlotName(name)
                .withAutomaticFlush(false)
                .withSlotOption("proto_version", binary ? "4" : "1")
                .withSlotOption("publication_names", PUBLICATION)
                .withSlotOption("messages", "true")
                .withSlotOption("binary", String.valueOf(binary))
                .start()) {
      boolean last = false;
      while (!last) {
        ByteBuffer message = stream.read();
        last = message.get(message.position()) == 'M' && end <= stream.getLastReceiveLSN().asLong();
        reader.read(message);
      }
    }
  }

  /** Writes a last message; what was committed before comes before it. */
  private long end() throws SQLException {
    try (Connection sql = connect();
        Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT pg_logical_emit_message(false, 'end', '', true)")) {
      row.next();
      return LogSequenceNumber.valueOf(row.getString(1)).asLong();
    }
  }

  @Override
  public void close() throws SQLException {
    try (Connection sql = connect();
        Statement statement = sql.createStatement()) {
      statement.execute("SELECT pg_drop_replication_slot('%s')".formatted(name));
    }
  }
}
