package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Changes stream from Postgres into the lake while the worker, the broker, Postgres and the sink
 * are killed, one after the other: the lake has every committed change, once. What was committed
 * stands in a second table, which each transaction writes beside the first.
 */
class ChangesFaultTest {
  private static final Path PIPELINE = Path.of("pipeline.yaml");

  @TempDir private Path folder;

  /** How much is written: at least so many changes, and until the last kill is made up for. */
  private record Load(long changes, int rowsPerStatement, Duration pause) {}

  @Test
  void everyCommittedChangeIsThereOnceWhateverIsKilled() throws Exception {
    stream(new Load(10_000, 50, Duration.ofMillis(20)));
  }

  @Test
  @Tag("soak")
  void everyOneOfAMillionCommittedChangesIsThereOnceWhateverIsKilled() throws Exception {
    stream(new Load(1_000_000, 500, Duration.ZERO));
  }

  private void stream(Load load) throws Exception {
    try (var servers = new FragileServers(folder, 1)) {
      try (Connection sql = connect(servers.url(), servers.user())) {
        execute(sql, "CREATE TABLE items (id bigint PRIMARY KEY, n bigint, note text)");
        execute(sql, "CREATE TABLE committed (op text, id bigint, n bigint)");
        execute(sql, "CREATE SEQUENCE n");
      }
      servers.awaitReady();
      try (var pipeline = DeployedPipeline.in(folder, yaml(servers))) {
        pipeline.deploy();
        await("the slot is read").atMost(PATIENCE).until(() -> activeSlots(servers) == 1);
        var writer = new Writer(servers, load);
        var ended = new FutureTask<>(writer);
        var thread = new Thread(ended);
        thread.start();
        try {
          killEach(servers, pipeline, load);
        } finally {
          writer.killsAreOver = true;
          thread.join();
        }
        ended.get();
        requireWhatWasCommitted(servers);
      } catch (RuntimeException | AssertionError e) {
        servers.print();
        throw e;
      }
    }
  }

  /** Each kill comes while changes stream, and the next one when they stream again. */
  private void killEach(FragileServers servers, DeployedPipeline pipeline, Load load)
      throws SQLException {
    long step = load.changes() / 6;
    List<Runnable> kills =
        List.of(
            () -> {
              servers.workers().get(0).kill();
              servers.startWorker();
            },
            servers::killBroker,
            servers::killPostgres,
            () -> {
              pipeline.killSink();
              pipeline.startSink();
            });
    awaitLoaded(step);
    for (Runnable kill : kills) {
      long before = loaded();
      kill.run();
      awaitLoaded(Math.max(before, loaded()) + step);
    }
  }

  private void awaitLoaded(long changes) {
    await(changes + " changes are loaded").atMost(PATIENCE).until(() -> loaded() >= changes);
  }

  /** Changes in the files that a reader of the folder would take. */
  private long loaded() throws SQLException {
    List<Path> files = Lake.visible(folder.resolve("lake"));
    if (files.isEmpty()) {
      return 0;
    }
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      return number(duck, "SELECT count(*) FROM read_parquet(%s)".formatted(list(files)));
    }
  }

  private static long activeSlots(FragileServers servers) throws SQLException {
    try (Connection sql = connect(servers.url(), servers.user())) {
      return number(sql, "SELECT count(*) FROM pg_replication_slots WHERE active");
    }
  }

  private void requireWhatWasCommitted(FragileServers servers) throws SQLException {
    long committed;
    try (Connection sql = connect(servers.url(), servers.user())) {
      committed = number(sql, "SELECT count(*) FROM committed");
    }
    System.out.printf("%,d changes are committed%n", committed);
    awaitLoaded(committed);
    List<Path> files = Lake.files(folder, PIPELINE, "--changes");
    assertThat(Lake.visible(folder.resolve("lake"))).hasSameElementsAs(files);
    Path changes = folder.resolve("changes.parquet");
    Path folded = folder.resolve("folded.parquet");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      execute(duck, "CREATE VIEW changes AS SELECT * FROM read_parquet(%s)".formatted(list(files)));
      assertThat(number(duck, "SELECT count(*) - count(DISTINCT (_lsn, _seq)) FROM changes"))
          .as("changes that came twice")
          .isZero();
      execute(duck, "COPY (SELECT _op AS op, id, n FROM changes) TO '%s'".formatted(changes));
      execute(
          duck,
          """
          COPY (SELECT id, n, note FROM (
              SELECT *, row_number() OVER (PARTITION BY id ORDER BY _lsn DESC, _seq DESC) AS age
              FROM changes) WHERE age = 1 AND _op <> 'delete') TO '%s'
          """
              .formatted(folded));
    }
    requireSame(servers, changes, "public.committed");
    requireSame(servers, folded, "public.items");
  }

  private static void requireSame(FragileServers servers, Path file, String table)
      throws SQLException {
    assertThat(TableHash.ofFiles(List.of(file), servers.url(), servers.user(), table))
        .isEqualTo(TableHash.ofTable(servers.url(), servers.user(), table));
  }

  /** Inserts, updates and deletes rows, and begins anew where its session was lost. */
  private static final class Writer implements Callable<Void> {
    private final FragileServers servers;
    private final Load load;
    private final Random random = new Random(1);
    private volatile boolean killsAreOver;
    private long keys;
    private long committed;

    Writer(FragileServers servers, Load load) {
      this.servers = servers;
      this.load = load;
    }

    @Override
    public Void call() throws Exception {
      while (true) {
        try (Connection sql = connect(servers.proxiedUrl(), servers.user())) {
          sql.setAutoCommit(false);
          while (!killsAreOver || committed < load.changes()) {
            committed += transaction(sql);
            Thread.sleep(load.pause().toMillis());
          }
          return null;
        } catch (SQLException e) {
          if (!e.getSQLState().matches("08.*|57P.*")) {
            throw e;
          }
          Thread.sleep(200); // Postgres was killed
        }
      }
    }

    /**
     * One in eight is rolled back, one in four loses its middle to a savepoint. Says how many
     * changes it has made.
     */
    private long transaction(Connection sql) throws SQLException {
      long changes = insert(sql);
      Savepoint before = sql.setSavepoint();
      long updated =
          change(sql, "UPDATE items SET n = nextval('n') WHERE id BETWEEN %d AND %d", "update");
      if (random.nextInt(4) == 0) {
        sql.rollback(before);
      } else {
        changes += updated;
      }
      changes +=
          change(sql, "DELETE FROM items WHERE id BETWEEN %d AND %d AND id %% 3 = 0", "delete");
      if (random.nextInt(8) == 0) {
        sql.rollback();
        return 0;
      }
      sql.commit();
      return changes;
    }

    private long insert(Connection sql) throws SQLException {
      long first = keys + 1;
      keys += load.rowsPerStatement();
      return note(
          sql,
          "INSERT INTO items SELECT id, nextval('n'), 'item ' || id FROM generate_series(%d, %d) id"
              .formatted(first, keys),
          "insert");
    }

    private long change(Connection sql, String statement, String op) throws SQLException {
      long first = 1 + random.nextLong(keys);
      return note(sql, statement.formatted(first, first + load.rowsPerStatement() - 1), op);
    }

    /** A delete tells the key alone. */
    private static long note(Connection sql, String statement, String op) throws SQLException {
      try (Statement noting = sql.createStatement()) {
        return noting.executeUpdate(
            "WITH done AS (%s RETURNING id, n) INSERT INTO committed SELECT '%s', id, %s FROM done"
                .formatted(statement, op, op.equals("delete") ? "NULL" : "n"));
      }
    }
  }

  private static Connection connect(String url, String user) throws SQLException {
    return DriverManager.getConnection(url, user, "");
  }

  private static void execute(Connection sql, String text) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(text);
    }
  }

  private static long number(Connection sql, String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getLong(1);
    }
  }

  private static String list(List<Path> files) {
    return files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(",", "[", "]"));
  }

  private static String yaml(FragileServers servers) {
    return """
    name: stream
    run: {every: 1h}
    source:
      type: postgres
      mode: changes
      url: %s
      user: %s
      table: public.items
      changes: {tick: 500ms, batch_age: 100ms, buckets: 4}
    sinks:
      - type: parquet
        cut: {every: 1s}
    kafka:
      bootstrap.servers: %s
      session.timeout.ms: 6000
      heartbeat.interval.ms: 1000
    connect:
      url: %s
    """
        .formatted(
            servers.proxiedUrl(),
            servers.user(),
            servers.proxiedBootstrapServers(),
            servers.workers().get(0).url());
  }
}
