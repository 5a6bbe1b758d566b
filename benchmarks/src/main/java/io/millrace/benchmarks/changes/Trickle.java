package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.table.SourceDatabase;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/** A hundred transactions a second, a row in each; remembers when each was committed. */
final class Trickle {
  /** The table, whose key counts the transactions from 0. */
  static final String TABLE = "trickle";

  private static final long BETWEEN_NANOS = TimeUnit.SECONDS.toNanos(1) / 100;

  private final SourceDatabase database;
  private final AtomicLongArray committed;

  /** Makes an empty table. */
  Trickle(SourceDatabase database, Duration time) throws SQLException {
    this.database = database;
    this.committed = new AtomicLongArray(rows(time));
    database.execute(
        """
        DROP PUBLICATION IF EXISTS trickle;
        DROP TABLE IF EXISTS trickle;
        CREATE TABLE trickle (id int PRIMARY KEY, value text NOT NULL)
        """);
  }

  /** How many rows are committed in a time. */
  static int rows(Duration time) {
    return (int) (time.toNanos() / BETWEEN_NANOS);
  }

  /** How many rows there will be. */
  int rows() {
    return committed.length();
  }

  /** When a row had been committed, by {@link System#nanoTime}. */
  long committedAt(int row) {
    return committed.get(row);
  }

  /** Commits all rows, one after the other. */
  Void commit() throws SQLException {
    try (Connection connection = database.connect();
        PreparedStatement insert =
            connection.prepareStatement("INSERT INTO trickle VALUES (?, md5(?::text))")) {
      long start = System.nanoTime();
      for (int row = 0; row < rows(); row++) {
        LockSupport.parkNanos(start + row * BETWEEN_NANOS - System.nanoTime());
        insert.setInt(1, row);
        insert.setInt(2, row);
        insert.execute();
        committed.set(row, System.nanoTime());
      }
    }
    return null;
  }
}
