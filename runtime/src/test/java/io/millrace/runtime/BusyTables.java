package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * Two tables in a schema of their own, writers who commit all kinds of changes to them, and
 * triggers that write down every change. Some values are so large that an update of other columns
 * leaves them out.
 */
final class BusyTables implements AutoCloseable {
  static final List<String> STREAMS = List.of("accounts", "orders");

  /** What stands for a large value that an update left as it was. */
  static final String UNCHANGED = "~";

  private static final int ROWS = 2400;

  /** So that writers leave the machine to what is tried. */
  private static final int BETWEEN_MILLIS = 10;

  private final Cluster cluster;
  private final String schema;
  private final Connection sql;
  private final ExecutorService writers;
  private final List<Future<Void>> writing = new ArrayList<>();
  private volatile boolean stopped;

  /** Makes the tables; nobody writes yet. */
  BusyTables(Cluster cluster, String schema) throws SQLException {
    this.cluster = cluster;
    this.schema = schema;
    this.sql = DriverManager.getConnection(cluster.url(), cluster.user(), "");
    this.writers = Executors.newCachedThreadPool();
    execute(
        """
        CREATE SCHEMA %1$s; SET search_path = %1$s;
        CREATE TABLE accounts (id int PRIMARY KEY, val int, note text);
        INSERT INTO accounts SELECT n, n, md5(n::text) FROM generate_series(1, %2$d) n;
        UPDATE accounts SET note = (SELECT string_agg(md5(random()::text || n), '') FROM generate_series(1, 200) n WHERE n <> id)
          WHERE id %% 60 = 0;
        CREATE TABLE orders AS SELECT * FROM accounts;
        ALTER TABLE orders ADD PRIMARY KEY (id);
        CREATE TABLE audit (tx bigint, stream text, op text, id int, val int, note text);
        CREATE FUNCTION audit() RETURNS trigger LANGUAGE plpgsql AS $$
          DECLARE tx bigint := pg_current_xact_id()::text::bigint;
          BEGIN
            IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.id <> NEW.id) THEN
              INSERT INTO %1$s.audit (tx, stream, op, id) VALUES (tx, TG_TABLE_NAME, 'delete', OLD.id);
            END IF;
            IF TG_OP <> 'DELETE' THEN
              INSERT INTO %1$s.audit VALUES (tx, TG_TABLE_NAME,
                CASE WHEN TG_OP = 'UPDATE' AND OLD.id = NEW.id THEN 'update' ELSE 'insert' END,
                NEW.id, NEW.val,
                CASE WHEN TG_OP = 'UPDATE' AND OLD.note = NEW.note AND length(NEW.note) > 2000
                  THEN '%3$s' ELSE NEW.note END);
            END IF;
            RETURN NULL;
          END $$;
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON accounts
          FOR EACH ROW EXECUTE FUNCTION audit();
        CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON orders
          FOR EACH ROW EXECUTE FUNCTION audit();
        """
            .formatted(schema, ROWS, UNCHANGED));
  }

  /** Begins to write, each writer to rows of its own. */
  void write(int count) {
    for (int i = 0; i < count; i++) {
      int rows = ROWS / count;
      int from = 1 + i * rows;
      writing.add(writers.submit(() -> write(new Random(from), from, from + rows)));
    }
  }

  private Void write(Random random, int from, int to) throws SQLException, InterruptedException {
    try (var mine = DriverManager.getConnection(cluster.url(), cluster.user(), "");
        Statement statement = mine.createStatement()) {
      while (!stopped) {
        statement.execute(transaction(random, from, to));
        Thread.sleep(BETWEEN_MILLIS);
      }
    }
    return null;
  }

  private String transaction(Random random, int from, int to) {
    var text = new StringBuilder("BEGIN; SET LOCAL search_path = " + schema + ";");
    for (int i = random.nextInt(4); i >= 0; i--) {
      int id = from + random.nextInt(to - from);
      int other = from + random.nextInt(to - from);
      String table = STREAMS.get(random.nextInt(2));
      text.append(
          switch (random.nextInt(6)) {
            case 0 -> "DELETE FROM %s WHERE id = %d;".formatted(table, id);
            case 1 ->
                "UPDATE %1$s SET id = %3$d WHERE id = %2$d AND NOT EXISTS (SELECT FROM %1$s WHERE id = %3$d);"
                    .formatted(table, id, other);
            case 2 ->
                "SAVEPOINT s; DELETE FROM %1$s WHERE id BETWEEN %2$d AND %2$d + 9; ROLLBACK TO s;"
                    .formatted(table, id);
            case 3 ->
                "UPDATE accounts SET val = val + 1 WHERE id = %1$d; UPDATE orders SET val = val - 1 WHERE id = %1$d;"
                    .formatted(id);
            default ->
                "INSERT INTO %1$s SELECT n, 0, 'new' FROM generate_series(%2$d, %2$d + 2) n WHERE n < %3$d ON CONFLICT (id) DO UPDATE SET val = %1$s.val + 7;"
                    .formatted(table, id, to);
          });
    }
    return text.append(random.nextInt(9) == 0 ? "ROLLBACK" : "COMMIT").toString();
  }

  /** Waits until so many changes more were committed. */
  void awaitChanges(long more) throws SQLException {
    long before = changes();
    await()
        .atMost(PATIENCE)
        .failFast("a writer has stopped", () -> writing.stream().anyMatch(Future::isDone))
        .until(() -> changes() >= before + more);
  }

  private long changes() throws SQLException {
    return Long.parseLong(one("SELECT count(*) FROM %s.audit".formatted(schema)));
  }

  /** Lets the writers end; says where the log ends then. */
  long stop() throws Exception {
    stopped = true;
    writers.shutdown();
    for (Future<Void> writer : writing) {
      writer.get(60, TimeUnit.SECONDS);
    }
    return logEnd(sql);
  }

  /** Where the server's log ends. */
  static long logEnd(Connection sql) throws SQLException {
    return Long.parseLong(
        lines(sql, "SELECT (pg_current_wal_insert_lsn() - '0/0')::bigint").get(0));
  }

  void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private String one(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  /** What the triggers saw of a table: {@code tx op id val note}, in no order. */
  List<String> audited(String table) throws SQLException {
    return lines(
        sql,
        """
        SELECT concat_ws(' ', tx, op, id, val, md5(note)) FROM %s.audit WHERE stream = '%s'
        """
            .formatted(schema, table));
  }

  /** When a transaction was committed, in microseconds since 1970. */
  long committedAt(long tx) throws SQLException {
    return Long.parseLong(
        one(
            "SELECT (extract(epoch FROM pg_xact_commit_timestamp('%d'::xid)) * 1000000)::bigint"
                .formatted(tx)));
  }

  /** The first column of a query's rows. */
  static List<String> lines(Connection sql, String query) throws SQLException {
    var lines = new ArrayList<String>();
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      while (row.next()) {
        lines.add(row.getString(1));
      }
    }
    return lines;
  }

  @Override
  public void close() throws SQLException {
    stopped = true;
    writers.shutdownNow();
    sql.close();
  }
}
