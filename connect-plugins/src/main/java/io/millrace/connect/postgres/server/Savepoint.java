package io.millrace.connect.postgres.server;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A point in a transaction to come back to: an error after it does not end the transaction. Undone
 * when closed, unless released.
 */
public final class Savepoint implements AutoCloseable {
  private static final String NAME = "millrace";

  private final Connection connection;
  private boolean released;

  private Savepoint(Connection connection) {
    this.connection = connection;
  }

  /** Sets one, in the transaction the connection is in. */
  public static Savepoint set(Connection connection) throws SQLException {
    execute(connection, "SAVEPOINT " + NAME);
    return new Savepoint(connection);
  }

  /** What was done since stays, locks too. */
  public void release() throws SQLException {
    execute(connection, "RELEASE SAVEPOINT " + NAME);
    released = true;
  }

  @Override
  public void close() throws SQLException {
    if (!released && !connection.isClosed()) {
      execute(connection, "ROLLBACK TO SAVEPOINT " + NAME);
      execute(connection, "RELEASE SAVEPOINT " + NAME);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
