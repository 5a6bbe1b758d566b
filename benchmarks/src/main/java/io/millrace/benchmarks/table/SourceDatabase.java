package io.millrace.benchmarks.table;

import io.millrace.benchmarks.process.Metered;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The Postgres that everybody reads. Its tables stay in the folder and are filled once. */
public final class SourceDatabase implements AutoCloseable {
  /** What a server of this size would be set to; the rest is Postgres's own. */
  public static final Map<String, String> SETTINGS =
      Map.of(
          "shared_buffers", "1GB",
          "max_wal_size", "4GB",
          "wal_level", "logical",
          // Nothing but the path that is measured shall use the machine.
          "autovacuum", "off");

  private final EmbeddedPostgres server;
  private final Metered usage;

  private SourceDatabase(EmbeddedPostgres server, Metered usage) {
    this.server = server;
    this.usage = usage;
  }

  /** Starts on a free port. */
  public static SourceDatabase start(Path folder) {
    EmbeddedPostgres server = EmbeddedPostgres.start(folder, SETTINGS);
    try {
      Path pidFile = folder.toRealPath().resolve("cluster").resolve("postmaster.pid");
      long pid = Long.parseLong(Files.readAllLines(pidFile).get(0));
      return new SourceDatabase(server, Metered.tree("postgres", pid));
    } catch (IOException e) {
      server.close();
      throw new UncheckedIOException(e);
    }
  }

  /** Its address, for {@link #user()} and without a password. */
  public String url() {
    return server.jdbcUrl();
  }

  public String user() {
    return server.user();
  }

  /** The server with all its sessions. */
  public Metered usage() {
    return usage;
  }

  /** A new session. */
  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), user(), "");
  }

  /** The server's version. */
  public String version() throws SQLException {
    return one("SHOW server_version");
  }

  /** The first column of a query's first row. */
  public String one(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }

  /** Runs statements, each its own transaction where there are no more in the text. */
  public void execute(String sql) throws SQLException {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  /** Makes the table hold exactly these rows, all of them visible and in memory if it has room. */
  public void fill(TestTable table, long rows) throws SQLException {
    String sql = table.sql(rows);
    String wanted = "%d rows by %08x".formatted(rows, sql.hashCode());
    if (!wanted.equals(comment(table))) {
      System.err.printf("Filling %s with %,d rows%n", table.table(), rows);
      execute("DROP TABLE IF EXISTS " + table.table());
      execute(sql);
      execute("VACUUM (FREEZE, ANALYZE) " + table.table());
      execute("COMMENT ON TABLE %s IS '%s'".formatted(table.table(), wanted));
    }
    execute("CHECKPOINT");
    one("SELECT count(*) FROM " + table.table());
  }

  private String comment(TestTable table) throws SQLException {
    return one(
        "SELECT obj_description(to_regclass('public.%s'), 'pg_class')".formatted(table.table()));
  }

  /** A column of a table, its type as SQL writes it. */
  public record Column(String name, String type) {}

  /** The table's columns in their order. */
  public List<Column> columns(TestTable table) throws SQLException {
    try (Connection connection = connect();
        PreparedStatement statement =
            connection.prepareStatement(
                """
                SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
                WHERE attrelid = ?::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
                """)) {
      statement.setString(1, "public." + table.table());
      var columns = new ArrayList<Column>();
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          columns.add(new Column(row.getString(1), row.getString(2)));
        }
      }
      return columns;
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
