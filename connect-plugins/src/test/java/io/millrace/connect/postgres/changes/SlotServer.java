package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.embedded.EmbeddedPostgres;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/** A real server whose slots are read, and a session of its superuser. */
final class SlotServer implements AutoCloseable {
  private static final long LIMIT_NANOS = 60_000_000_000L;

  private final EmbeddedPostgres postgres;
  private final Connection sql;

  private SlotServer(EmbeddedPostgres postgres, Connection sql) {
    this.postgres = postgres;
    this.sql = sql;
  }

  /** Starts it, with more settings by Postgres's names. */
  static SlotServer start(Path folder, Map<String, String> settings) throws SQLException {
    var all = new HashMap<>(settings);
    all.put("fsync", "off");
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, all);
    return new SlotServer(
        postgres, DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null));
  }

  /** Another session. */
  Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
  }

  String url() {
    return postgres.jdbcUrl();
  }

  int port() {
    return URI.create(postgres.jdbcUrl().substring("jdbc:".length())).getPort();
  }

  Connection sql() {
    return sql;
  }

  void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  String one(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Asks until the answer is this. */
  void await(String query, Object answer) throws SQLException {
    long end = System.nanoTime() + LIMIT_NANOS;
    while (!answer.toString().equals(one(query))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(query + ": " + one(query));
      }
      Thread.onSpinWait();
    }
  }

  void awaitNoReader() throws SQLException {
    await("SELECT count(*) FROM pg_replication_slots WHERE active", 0);
  }

  /** Where the log ends. */
  long end() throws SQLException {
    return Lsn.parse(one("SELECT pg_current_wal_insert_lsn()"));
  }

  /** Up to where a slot was confirmed. */
  long confirmed(String slot) throws SQLException {
    return Lsn.parse(
        one(
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '%s'"
                .formatted(slot)));
  }

  void dropSlots() throws SQLException {
    awaitNoReader();
    execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
  }

  /** A task's properties: four buckets, short times, no heartbeats. */
  Map<String, String> properties(String slot, String tables) {
    var properties = new HashMap<String, String>();
    properties.put("millrace.pipeline", "app");
    properties.put("mode", "changes");
    properties.put("url", postgres.jdbcUrl());
    properties.put("user", postgres.user());
    properties.put("tables", tables);
    properties.put("changes.slot", slot);
    properties.put("changes.buckets", "4");
    properties.put("changes.batch_age", "50ms");
    properties.put("changes.tick", "200ms");
    properties.put("changes.heartbeat", "0s");
    return properties;
  }

  @Override
  public void close() throws SQLException {
    sql.close();
    postgres.close();
  }
}
