package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.change.Position;
import io.millrace.runtime.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole path of changes, while writers commit around the hand-over from the snapshot: a sink
 * that keeps tables as they are now has the rows of the source, and one that keeps changes has
 * exactly those that were committed.
 */
class MirrorIT {
  private static final int AT_ONCE = 4;
  private static final int WRITERS = 4;
  private static final int CHANGES = 300;
  private static final int BUCKETS = 3;

  /** Commit times do not rise with positions, by so much. */
  private static final long NOISE_MICROS = 100_000;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path folder;
  private static Cluster cluster;
  private static Commands commands;

  @BeforeAll
  static void start() throws Exception {
    commands = new Commands(folder);
    cluster = new Cluster(folder, 1);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  private static Path pipeline(String name) throws IOException {
    return cluster.pipeline(
        name,
        "mode: cdc\n  tables: [%1$s.accounts, %1$s.orders]\n  tasks: 2\n  partition: {ranges: 2}\n  changes: {tick: 500ms, heartbeat: 500ms, batch_age: 100ms, buckets: %2$d}"
            .formatted(name, BUCKETS),
        """
          - type: parquet
            name: log
            path: %1$s/log/{stream}/{run}/
            cut: {every: 1s}
          - type: parquet
            name: now
            path: %1$s/now/{stream}/
            output: mirror
            cut: {every: 1s}
        run: {every: 2s}\
        """
            .formatted(name));
  }

  @Test
  void eachOfTwentyHandOversKeepsTablesAndChanges() throws Exception {
    rounds(1, 20);
  }

  @Test
  @Tag("soak")
  void eachOfTwoHundredHandOversDoes() throws Exception {
    rounds(101, 300);
  }

  private static void rounds(int first, int last) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<?>> rounds = new ArrayList<>();
      for (int number : IntStream.rangeClosed(first, last).toArray()) {
        rounds.add(
            threads.submit(
                () -> {
                  round("round" + number);
                  return null;
                }));
      }
      for (Future<?> round : rounds) {
        round.get();
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** A pipeline that is deployed and loaded, and dropped in the end. */
  private static final class Working implements AutoCloseable {
    private final String[] drop;
    private final Thread sinks;

    Working(String file) {
      this(
          new String[] {"deploy", file},
          new String[] {"sink", file},
          new String[] {"drop", file, "--slot"});
    }

    Working(String[] deploy, String[] sink, String[] drop) {
      this.drop = drop;
      commands.require(deploy);
      sinks = new Thread(() -> commands.run(sink));
      sinks.start();
    }

    @Override
    public void close() throws InterruptedException {
      sinks.interrupt();
      sinks.join();
      commands.require(drop);
    }
  }

  private static void round(String name) throws Exception {
    String pipeline = pipeline(name).toString();
    try (var tables = new BusyTables(cluster, name)) {
      tables.write(WRITERS);
      try (var working = new Working(pipeline)) {
        awaitTables(pipeline, Position.START);
        tables.awaitChanges(CHANGES);
        requireEqual(name, pipeline, tables, tables.stop());
      }
    } catch (AssertionError | Exception e) {
      throw new AssertionError(name + ": " + e.getMessage(), e);
    }
  }

  @Test
  void theExampleKeepsChangesAndTables() throws Exception {
    try (var sql = DriverManager.getConnection(cluster.url(), cluster.user(), "");
        var statement = sql.createStatement()) {
      statement.execute(
          """
          CREATE SCHEMA sales;
          CREATE TABLE sales.orders (id int PRIMARY KEY, amount numeric(10,2));
          CREATE TABLE sales.customers (id int PRIMARY KEY, name text);
          INSERT INTO sales.orders SELECT n, n / 100.0 FROM generate_series(1, 1000) n;
          INSERT INTO sales.customers SELECT n, 'customer ' || n FROM generate_series(1, 100) n;
          """);
      Files.writeString(folder.resolve("password"), "not asked for");
      try (var working =
          new Working(example("deploy"), example("sink"), example("drop", "--slot"))) {
        awaitTables(Position.START, example("files", "--sink", "tables", "--json"));
        statement.execute(
            "DELETE FROM sales.orders WHERE id % 10 = 0; UPDATE sales.customers SET name = 'nobody'"
                + " WHERE id < 10");
        awaitTables(
            new Position(BusyTables.logEnd(sql), 0),
            example("files", "--sink", "tables", "--json"));
        for (String stream : List.of("orders", "customers")) {
          List<Path> files =
              commands
                  .require(example("files", "--sink", "tables", "--stream", stream))
                  .lines()
                  .map(Path::of)
                  .toList();
          assertThat(TableHash.ofFiles(files, cluster.url(), cluster.user(), "sales." + stream))
              .isEqualTo(TableHash.ofTable(cluster.url(), cluster.user(), "sales." + stream));
        }
        assertThat(
                commands.require(
                    example("files", "--sink", "log", "--changes", "--stream", "orders")))
            .contains("orders.changes");
      }
    }
  }

  /** A command for the example, with this cluster's addresses and short times. */
  private static String[] example(String command, String... options) {
    var all = new ArrayList<String>();
    all.add(command);
    all.add(Path.of("../configs/postgres-cdc.yaml").toAbsolutePath().toString());
    all.addAll(List.of(options));
    Map.of(
            "source.url",
            cluster.url(),
            "source.user",
            cluster.user(),
            "source.password",
            "${file:%s}".formatted(folder.resolve("password")),
            "source.changes.tick",
            "500ms",
            "source.changes.heartbeat",
            "500ms",
            "run.every",
            "2s",
            "kafka.bootstrap.servers",
            cluster.bootstrapServers(),
            "connect.url",
            cluster.connectUrl())
        .forEach((key, value) -> all.addAll(List.of("--set", key + "=" + value)));
    return all.toArray(String[]::new);
  }

  @Test
  void aTableThatIsReadAgainTakesTheRowsPlace() throws Exception {
    String pipeline = pipeline("again").toString();
    try (var tables = new BusyTables(cluster, "again")) {
      tables.write(WRITERS);
      try (var working = new Working(pipeline)) {
        awaitTables(pipeline, Position.START);
        String first = plan(pipeline);
        assertThat(first).isNotEmpty();
        await()
            .atMost(PATIENCE)
            .until(
                () -> commands.run("resnapshot", pipeline, "--table", "again.orders").code() == 0);
        await().atMost(PATIENCE).until(() -> !plan(pipeline).equals(first));
        tables.awaitChanges(CHANGES);
        requireEqual("again", pipeline, tables, tables.stop());
      }
    }
  }

  @Test
  void aColumnThatBecomesNarrowerHoldsItsTableUntilThatIsReadAgain() throws Exception {
    String pipeline = pipeline("narrow").toString();
    try (var tables = new BusyTables(cluster, "narrow")) {
      tables.execute("ALTER TABLE narrow.orders ADD size int DEFAULT 5");
      tables.write(WRITERS);
      requireHeld(pipeline, tables);
    }
  }

  private static void requireHeld(String pipeline, BusyTables tables) throws Exception {
    try (var working = new Working(pipeline)) {
      awaitTables(pipeline, Position.START);
      tables.execute("ALTER TABLE narrow.orders ALTER size TYPE smallint");
      String held = "now: table orders goes no further: ";
      await().atMost(PATIENCE).until(() -> commands.run("status", pipeline).out().contains(held));
      assertThat(commands.require("status", pipeline))
          .containsPattern(
              held + ".*\"size\".*it was integer and is smallint now.*read the table again")
          .contains("now: table orders is as of ", "now: table accounts is as of ");

      commands.require("resnapshot", pipeline, "--table", "narrow.orders");
      tables.awaitChanges(CHANGES);
      requireEqual("narrow", pipeline, tables, tables.stop());
      assertThat(commands.require("status", pipeline)).doesNotContain(held);
      Commands.Ended changes = commands.run("files", pipeline, "--sink", "now", "--changes");
      assertThat(changes.code()).isEqualTo(2);
      assertThat(changes.err()).contains("output: mirror");
    }
  }

  /** The plan of the orders that the mirror's sink has published. */
  private static String plan(String pipeline) throws IOException {
    for (JsonNode stream :
        JSON.readTree(commands.require("status", pipeline, "--json")).path("streams")) {
      for (JsonNode plan : stream.path("plans")) {
        if (stream.path("sink").asText().equals("now")
            && stream.path("stream").asText().equals("orders")
            && plan.path("state").asText().equals("published")) {
          return plan.path("plan").asText();
        }
      }
    }
    return "";
  }

  /** Until both tables are as of a place or later. */
  private static void awaitTables(String pipeline, Position place) {
    awaitTables(place, "files", pipeline, "--sink", "now", "--json");
  }

  private static void awaitTables(Position place, String... files) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              JsonNode tables = JSON.readTree(commands.require(files));
              for (JsonNode table : tables) {
                if (Position.parse(table.path("last").asText()).compareTo(place) < 0) {
                  return false;
                }
              }
              return tables.size() == BusyTables.STREAMS.size();
            });
  }

  private static void requireEqual(String name, String pipeline, BusyTables tables, long end)
      throws Exception {
    awaitTables(pipeline, new Position(end, 0));
    for (String stream : BusyTables.STREAMS) {
      String table = name + "." + stream;
      List<Path> files =
          commands
              .require("files", pipeline, "--sink", "now", "--stream", stream)
              .lines()
              .map(Path::of)
              .toList();
      assertThat(TableHash.ofFiles(files, cluster.url(), cluster.user(), table))
          .as(table)
          .isEqualTo(TableHash.ofTable(cluster.url(), cluster.user(), table));
      assertThat(Lake.visible(folder.resolve(name).resolve("now").resolve(stream)))
          .as("files for readers of %s", table)
          .containsAll(files);
      awaitChanges(pipeline, stream, new Position(end, 0));
      requireExactly(tables, stream, changes(pipeline, stream));
    }
  }

  /** Until readers of the changes see all buckets up to a place: that sink is not the mirror's. */
  private static void awaitChanges(String pipeline, String stream, Position place) {
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              var reached = new HashMap<Integer, Position>();
              for (JsonNode cut :
                  JSON.readTree(
                      commands.require(
                          "files",
                          pipeline,
                          "--sink",
                          "log",
                          "--changes",
                          "--stream",
                          stream,
                          "--json"))) {
                reached.merge(
                    cut.path("bucket").asInt(),
                    Position.parse(cut.path("last").asText()),
                    (one, other) -> one.compareTo(other) > 0 ? one : other);
              }
              return reached.size() == BUCKETS
                  && reached.values().stream().allMatch(last -> last.compareTo(place) >= 0);
            });
  }

  private static List<String> changes(String pipeline, String stream) throws Exception {
    String files =
        commands
            .require("files", pipeline, "--sink", "log", "--changes", "--stream", stream)
            .lines()
            .map(file -> "'" + file + "'")
            .collect(Collectors.joining(",", "[", "]"));
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      return BusyTables.lines(
          duck,
          """
          SELECT concat_ws(' ', _tx, _op, id, val,
            md5(CASE WHEN list_contains(_unchanged, 'note') THEN '%s' ELSE note END))
          FROM read_parquet(%s)
          """
              .formatted(BusyTables.UNCHANGED, files));
    }
  }

  /** All changes of each transaction that is there; what is not there came before the stream. */
  private static void requireExactly(BusyTables tables, String stream, List<String> changes)
      throws Exception {
    var loaded = changes.stream().collect(Collectors.groupingBy(MirrorIT::tx));
    var audited = tables.audited(stream).stream().collect(Collectors.groupingBy(MirrorIT::tx));
    assertThat(audited.keySet()).as(stream).containsAll(loaded.keySet());
    for (var transaction : loaded.entrySet()) {
      assertThat(transaction.getValue())
          .as("transaction %d of %s", transaction.getKey(), stream)
          .containsExactlyInAnyOrderElementsOf(audited.get(transaction.getKey()));
    }
    long begin = committed(tables, loaded.keySet(), Long::min, Long.MAX_VALUE);
    audited.keySet().removeAll(loaded.keySet());
    assertThat(committed(tables, audited.keySet(), Long::max, Long.MIN_VALUE))
        .as("transactions of %s that are missing were committed before the stream began", stream)
        .isLessThan(begin + NOISE_MICROS);
    assertThat(loaded).as(stream).hasSizeGreaterThan(20);
  }

  private static long committed(
      BusyTables tables, Collection<Long> transactions, LongBinaryOperator choice, long none)
      throws Exception {
    long chosen = none;
    for (long tx : transactions) {
      chosen = choice.applyAsLong(chosen, tables.committedAt(tx));
    }
    return chosen;
  }

  private static long tx(String change) {
    return Long.parseLong(change.substring(0, change.indexOf(' ')));
  }
}
