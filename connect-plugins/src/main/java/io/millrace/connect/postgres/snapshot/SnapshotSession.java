package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.BatchAssembler;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.copy.CopyMessages;
import io.millrace.connect.postgres.copy.CopyReader;
import io.millrace.connect.postgres.plan.Conditions;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Savepoint;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.selection.Relation;
import io.millrace.core.Bounds;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.postgresql.PGConnection;

/**
 * One reading session: a transaction under the round's snapshot, with its tables locked against
 * changes of their shape for as long as it lasts.
 */
final class SnapshotSession implements AutoCloseable {
  private static final String UNDEFINED_TABLE = "42P01";
  private static final String UNDEFINED_COLUMN = "42703";
  private static final Set<String> TABLE_CHANGED = Set.of(UNDEFINED_TABLE, UNDEFINED_COLUMN);

  private final Connection connection;
  private final TaskAssignment assignment;
  private final Map<String, String> changed = new HashMap<>();
  private String stream = "";
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
   * Imports the snapshot and locks the tables.
   *
   * @throws SnapshotLostException if the exporter is gone
   */
  void begin() throws SQLException, SnapshotLostException {
    SharedSnapshot.join(connection, assignment.snapshot().id());
    for (Map.Entry<String, String> each : assignment.tables().entrySet()) {
      if (!each.getValue().isEmpty()) {
        lock(each.getKey(), TableName.parse(each.getValue()));
      }
    }
  }

  /** What cannot be locked, such as a materialized view, is read as it is. */
  private void lock(String of, TableName name) throws SQLException {
    try (var savepoint = Savepoint.set(connection);
        Statement statement = connection.createStatement()) {
      statement.execute("LOCK TABLE " + name.sql() + " IN ACCESS SHARE MODE");
      savepoint.release();
    } catch (SQLException e) {
      if (PostgresServer.passing(e)) {
        throw e;
      }
      noteChange(of, e);
    }
    compareFiles(of, name, new Catalog(connection));
  }

  private void compareFiles(String of, TableName name, Catalog catalog) throws SQLException {
    if (!catalog.fileNodes(name).equals(assignment.fileNodes().get(of))) {
      changed.putIfAbsent(of, "%s was truncated, rewritten or replaced".formatted(name));
    }
  }

  /**
   * Why a stream's table can no longer be read under this snapshot: it was truncated, rewritten or
   * redefined since the plan was made, and an older snapshot would not show what it should.
   */
  Optional<String> changed(String of) {
    return Optional.ofNullable(changed.get(of)).map(why -> why + " since the plan was made");
  }

  /** Turns to a stream: what is read from now on is read of its table. */
  void turnTo(String next, PostgresOptions options, BufferAllocator allocator) throws SQLException {
    if (!next.equals(stream)) {
      closeReader();
      var catalog = new Catalog(connection);
      table =
          catalog.describe(
              Relation.of(next, assignment.tables(), options.query(), TableName.NAMING));
      reader =
          new CopyReader(
              table, allocator, options.batchBytes().bytes(), options.onUnrepresentable());
      stream = next;
      compare(catalog);
      String name = assignment.tables().get(next);
      if (!name.isEmpty()) {
        // What could not be locked at the beginning is locked since its columns were asked for.
        compareFiles(next, TableName.parse(name), catalog);
      }
    }
  }

  /** The catalog's tables are seen as of the snapshot, but COPY follows the shape of now. */
  private void compare(Catalog catalog) throws SQLException {
    try {
      catalog.changeOf(table).ifPresent(change -> changed.put(stream, change));
    } catch (SQLException e) {
      noteChange(stream, e);
      throw e;
    }
  }

  private void noteChange(String of, SQLException e) {
    if (TABLE_CHANGED.contains(String.valueOf(e.getSQLState()))) {
      changed.put(of, PostgresServer.words(e));
    }
  }

  Schema schema() {
    return reader.schema();
  }

  /** Reads a Partition; returns the server's own count of its rows. */
  long read(Bounds window, Bounds partition, BatchAssembler.Output output)
      throws SQLException, InterruptedException {
    String command =
        reader.command(
            "%s AND %s".formatted(Conditions.of(window, table), Conditions.of(partition, table)));
    try {
      var copy = connection.unwrap(PGConnection.class).getCopyAPI().copyOut(command);
      return reader.read(CopyMessages.of(copy), output);
    } catch (SQLException e) {
      noteChange(stream, e);
      throw e;
    }
  }

  /**
   * Ends the exporter, which is how the connector, in whatever process it is, learns that another
   * plan is needed.
   */
  SnapshotLostException abandon(String why) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("ROLLBACK");
    }
    assignment.snapshot().exporter().terminate(connection);
    return new SnapshotLostException(why, null);
  }

  /** Ends the session under whoever uses it. */
  void drop() {
    Sessions.drop(connection);
  }

  private void closeReader() {
    if (reader != null) {
      reader.close();
      reader = null;
    }
  }

  @Override
  public void close() {
    closeReader();
    Sessions.close(connection);
  }
}
