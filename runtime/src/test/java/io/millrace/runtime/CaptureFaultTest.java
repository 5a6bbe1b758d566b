package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table that several writers change while it is copied and followed, and sinks that are killed
 * again and again: its rows as they were and all changes after that, in the order of their
 * positions, give the table, and so do the files of the sink that keeps it as it is now.
 */
class CaptureFaultTest {
  private static final int ROWS = 20_000;
  private static final int WRITERS = 3;
  private static final int KILLS = 3;

  /** Rows that come last; each bucket has some of them. */
  private static final int LAST_ROWS = 64;

  @TempDir private Path folder;
  private final AtomicLong newKeys = new AtomicLong(1_000_000);
  private volatile boolean writing = true;

  /** Some transactions of a few statements each; one in four is rolled back to a savepoint. */
  private Void write(Cluster cluster, int seed) throws SQLException {
    var random = new Random(seed);
    try (var sql = DriverManager.getConnection(cluster.url(), cluster.user(), "")) {
      sql.setAutoCommit(false);
      while (writing) {
        Savepoint before = sql.setSavepoint();
        change(sql, random);
        if (random.nextInt(4) == 0) {
          sql.rollback(before);
        }
        for (int i = random.nextInt(4); i >= 0; i--) {
          change(sql, random);
        }
        sql.commit();
      }
    }
    return null;
  }

  private void change(Connection sql, Random random) throws SQLException {
    long key = 1L + random.nextInt(ROWS);
    switch (random.nextInt(6)) {
      case 0 -> execute(sql, "DELETE FROM trips WHERE trip_id = " + key);
      case 1 ->
          execute(
              sql,
              "INSERT INTO trips SELECT (t).* FROM (SELECT t #= hstore('trip_id', '%d') AS t FROM trips t WHERE trip_id = %d) s"
                  .formatted(newKeys.incrementAndGet(), key));
      case 2 ->
          execute(
              sql,
              "UPDATE trips SET trip_id = %d WHERE trip_id = %d"
                  .formatted(newKeys.incrementAndGet(), key));
      case 3 ->
          execute(
              sql,
              "UPDATE trips SET vendor_id = vendor_id + 1 WHERE trip_id BETWEEN %d AND %d"
                  .formatted(key, key + 5));
      default ->
          execute(
              sql,
              "UPDATE trips SET vendor_id = vendor_id + 1, store_and_fwd_flag = NULL WHERE trip_id"
                  + " = "
                  + key);
    }
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

  @Test
  void nothingIsLostAndNothingComesTwice() throws Exception {
    try (var cluster = new Cluster(folder, ROWS);
        var sql = DriverManager.getConnection(cluster.url(), cluster.user(), "")) {
      execute(sql, "CREATE EXTENSION hstore");
      Path pipeline =
          cluster.pipeline(
              "shop",
              """
              table: public.trips
                mode: cdc
                changes: {tick: 500ms, batch_age: 100ms, buckets: 4}
              run: {every: 2s}\
              """,
              """
              - type: parquet
                name: lake
                cut: {every: 1s}
              - type: parquet
                name: now
                path: now/{stream}/
                output: mirror
                cut: {every: 1s}\
              """);
      ExecutorService threads = Executors.newFixedThreadPool(WRITERS);
      var writers = new ArrayList<Future<Void>>();
      for (int i = 0; i < WRITERS; i++) {
        int seed = i;
        writers.add(threads.submit(() -> write(cluster, seed)));
      }
      try (var deploy = MillraceProcess.start(folder, "deploy", pipeline.toString())) {
        assertThat(deploy.await(PATIENCE)).as(deploy.err()).isZero();
      }
      for (int i = 0; i < KILLS; i++) {
        int loaded = Lake.visible(folder.resolve("lake")).size();
        try (var sink = MillraceProcess.start(folder, "sink", pipeline.toString())) {
          await()
              .atMost(PATIENCE)
              .until(() -> Lake.visible(folder.resolve("lake")).size() > loaded + 10);
          assertThat(sink.running()).as(sink.err()).isTrue();
        }
      }
      writing = false;
      threads.shutdown();
      assertThat(threads.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      for (Future<Void> writer : writers) {
        writer.get();
      }
      execute(
          sql,
          "INSERT INTO trips SELECT (t).* FROM (SELECT t #= hstore('trip_id', '-' || n) AS t FROM trips t, generate_series(1, %d) n WHERE t.trip_id = (SELECT min(trip_id) FROM trips)) s"
              .formatted(LAST_ROWS));
      try (var sink = MillraceProcess.start(folder, "sink", pipeline.toString())) {
        await().atMost(PATIENCE).until(() -> hasLast("lake") || !sink.running());
        await()
            .atMost(PATIENCE)
            .until(() -> !Lake.files(folder, pipeline, "--sink", "lake").isEmpty());
        assertThat(sink.running()).as(sink.err()).isTrue();
        requireTable(cluster, pipeline);
        await().atMost(PATIENCE).untilAsserted(() -> requireMirror(cluster, pipeline));
      }
      requireTheSameFromTheStart(pipeline);
      try (var drop = MillraceProcess.start(folder, "drop", pipeline.toString(), "--slot")) {
        assertThat(drop.await(PATIENCE)).as(drop.err()).isZero();
      }
    }
  }

  private boolean hasLast(String lake) throws SQLException {
    Path changes = folder.resolve(lake).resolve("trips.changes");
    if (!Files.isDirectory(changes)) {
      return false;
    }
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      return number(
              duck,
              "SELECT count(*) FROM read_parquet('%s/**/*.parquet') WHERE trip_id < 0"
                  .formatted(changes))
          == LAST_ROWS;
    }
  }

  /** Another sink, which nobody disturbs, reads all of the log: I8 for changes. */
  private void requireTheSameFromTheStart(Path pipeline) throws Exception {
    Path again = folder.resolve("again.yaml");
    Files.writeString(
        again,
        Files.readString(pipeline)
            .replace("name: lake", "name: again\n  path: again/{stream}/{run}/")
            .replace("name: now\n  path: now", "name: later\n  path: later"));
    try (var sink = MillraceProcess.start(folder, "sink", again.toString())) {
      await().atMost(PATIENCE).until(() -> hasLast("again") || !sink.running());
      assertThat(sink.running()).as(sink.err()).isTrue();
    }
    String positions = "SELECT _lsn, _seq, _op, trip_id, vendor_id FROM read_parquet(%s)";
    String once =
        positions.formatted(list(Lake.files(folder, pipeline, "--sink", "lake", "--changes")));
    String twice =
        positions.formatted(list(Lake.files(folder, again, "--sink", "again", "--changes")));
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      assertThat(number(duck, "SELECT count(*) FROM (%s EXCEPT ALL %s)".formatted(once, twice)))
          .isZero();
      assertThat(number(duck, "SELECT count(*) FROM (%s EXCEPT ALL %s)".formatted(twice, once)))
          .isZero();
    }
  }

  /** Folds what the files hold, and compares. */
  private void requireTable(Cluster cluster, Path pipeline) throws Exception {
    List<Path> snapshot = Lake.files(folder, pipeline, "--sink", "lake");
    List<Path> changes = Lake.files(folder, pipeline, "--sink", "lake", "--changes");
    Path folded = folder.resolve("folded.parquet");
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      execute(
          duck, "CREATE VIEW changes AS SELECT * FROM read_parquet(%s)".formatted(list(changes)));
      assertThat(number(duck, "SELECT count(*) FROM changes")).isGreaterThan(1_000);
      assertThat(
              number(duck, "SELECT count(*) - count(DISTINCT (_lsn, _seq, trip_id)) FROM changes"))
          .as("changes that came twice")
          .isZero();
      assertThat(
              number(
                  duck,
                  """
                  SELECT count(*) FROM (
                    SELECT vendor_id - lag(vendor_id) OVER chain AS step, _op,
                           lag(_op) OVER chain AS before
                    FROM changes WINDOW chain AS (PARTITION BY trip_id ORDER BY _lsn, _seq))
                  WHERE _op = 'update' AND before IN ('insert', 'update') AND step <> 1
                  """))
          .as("changes that are missing between two")
          .isZero();
      execute(
          duck,
          """
          COPY (
            SELECT * EXCLUDE (_before, _op, _lsn, _commit_at, _tx, _seq, _unchanged, place) FROM (
              SELECT *, row_number() OVER (PARTITION BY trip_id ORDER BY _lsn DESC, _seq DESC) AS place
              FROM (SELECT * FROM changes UNION ALL BY NAME
                    SELECT *, 'insert' AS _op, 0 AS _lsn, 0 AS _seq FROM read_parquet(%s)))
            WHERE place = 1 AND _op <> 'delete') TO '%s'
          """
              .formatted(list(snapshot), folded));
    }
    assertThat(TableHash.ofFiles(List.of(folded), cluster.url(), cluster.user(), "public.trips"))
        .isEqualTo(TableHash.ofTable(cluster.url(), cluster.user(), "public.trips"));
  }

  /** Nobody writes any more. */
  private void requireMirror(Cluster cluster, Path pipeline) throws SQLException {
    List<Path> files = Lake.files(folder, pipeline, "--sink", "now");
    assertThat(TableHash.ofFiles(files, cluster.url(), cluster.user(), "public.trips"))
        .isEqualTo(TableHash.ofTable(cluster.url(), cluster.user(), "public.trips"));
  }

  private static String list(List<Path> files) {
    return files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(",", "[", "]"));
  }
}
