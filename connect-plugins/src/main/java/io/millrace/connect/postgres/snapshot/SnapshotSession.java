package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.copy.CopyMessages;
import io.millrace.connect.postgres.copy.CopyReader;
import io.millrace.connect.postgres.plan.Conditions;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.Bounds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.postgresql.PGConnection;

/**
 * One reading session: a transaction under the plan's snapshot, with the table locked against
 * changes of its shape for as long as it lasts.
 */
final class SnapshotSession implements AutoCloseable {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_COLUMN = "42703";
  private static final Set<String> TABLE_CHANGED = Set.of(UNDEFINED_TABLE, UNDEFINED_COLUMN);

  private final Connection connection;
  private final TaskAssignment assignment;
  private Table table;
  private CopyReader reader;

  private SnapshotSession(Connection connection, TaskAssignment assignment) {
    this.connection = connection;
    this.assignment = assignment;
  }

  /**
   * Logs in; the session can be dropped from here on.
   *
   * @param purpose shown to the DBA
   */
  static SnapshotSession connect(PostgresServer server, TaskAssignment assignment, String purpose)
      throws SQLException {
    return new SnapshotSession(server.connect(purpose), assignment);
  }

  /**
   * Imports the snapshot and locks the table.
   *
   * @throws SnapshotLostException if the exporter is gone, or the table was truncated, rewritten or
   *     redefined since the plan was made: an older snapshot would not show what it should
   */
  void begin(PostgresOptions options, BufferAllocator allocator)
      throws SQLException, SnapshotLostException {
    TableName name = options.tableName();
    SharedSnapshot.join(connection, assignment.snapshot());
    try (Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + name.sql() + " IN ACCESS SHARE MODE");
    } catch (SQLException e) {
      throw abandonIfChanged(e);
    }
    var catalog = new Catalog(connection);
    if (!catalog.fileNodes(name).equals(assignment.fileNodes())) {
      throw abandon("%s was truncated, rewritten or replaced".formatted(name), null);
    }
    table = catalog.table(name);
    requireUnchanged(catalog);
    reader =
        new CopyReader(table, allocator, options.batchBytes().bytes(), options.onUnrepresentable());
  }

  /** The catalog's tables are seen as of the snapshot, but COPY follows the shape of now. */
  private void requireUnchanged(Catalog catalog) throws SQLException, SnapshotLostException {
    Optional<String> change;
    try {
      change = catalog.changeOf(table);
    } catch (SQLException e) {
      throw abandonIfChanged(e);
    }
    if (change.isPresent()) {
      throw abandon(change.get(), null);
    }
  }

  Schema schema() {
    return reader.schema();
  }

  /** Reads a Partition; returns the server's own count of its rows. */
  long read(Bounds bounds, BatchAssembler.Output output)
      throws SQLException, SnapshotLostException, InterruptedException {
    String command = reader.command(Conditions.of(bounds, table));
    try {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(command);
      return reader.read(CopyMessages.of(copy), output);
    } catch (SQLException e) {
      throw abandonIfChanged(e);
    }
  }

  private SQLException abandonIfChanged(SQLException e) throws SQLException, SnapshotLostException {
    if (TABLE_CHANGED.contains(String.valueOf(e.getSQLState()))) {
      throw abandon(PostgresServer.words(e), e);
    }
    return e;
  }

  /**
   * Ends the exporter, which is how the connector, in whatever process it is, learns that another
   * plan is needed.
   */
  private SnapshotLostException abandon(String why, SQLException cause) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    }
    assignment.exporter().terminate(connection);
    return new SnapshotLostException(why + " since the plan was made", cause);
  }

  /** Ends the session under whoever uses it. */
  void drop() {
    Sessions.drop(connection);
  }

  @Override
  public void close() {
    if (reader != null) {
      reader.close();
    }
    Sessions.close(connection);
  }
}
