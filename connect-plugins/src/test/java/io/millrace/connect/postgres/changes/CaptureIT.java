package io.millrace.connect.postgres.changes;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.TopicLog;
import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.copy.ArrowText;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.slot.ResnapshotRequest;
import io.millrace.connect.postgres.snapshot.ConnectRest;
import io.millrace.core.MillraceException;
import io.millrace.core.PlanId;
import io.millrace.core.change.Position;
import io.millrace.core.change.SnapshotPoint;
import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tables and their changes together: rows of the snapshot and the changes after it are the table.
 */
class CaptureIT {
  private static final String TYPE =
      "io.millrace.connect.postgres.changes.PostgresChangesConnector";
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final List<String> STREAMS = List.of("accounts", "orders");
  private static final int WRITERS = 4;

  /** Bytes of the server's log that writers add before they are stopped. */
  private static final long MORE_LOG = 100_000;

  private static EmbeddedPostgres postgres;
  private static EmbeddedKafka kafka;
  private static EmbeddedConnect connect;
  private static ConnectRest rest;
  private static Connection sql;

  private String pipeline;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    connect =
        EmbeddedConnect.start(kafka.bootstrapServers(), Path.of("target", "plugin"), Map.of());
    rest = new ConnectRest(connect.url());
    sql = connection();
  }

  private static Connection connection() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    connect.close();
    kafka.close();
    postgres.close();
  }

  @AfterEach
  void removeConnector() {
    if (pipeline != null) {
      rest.delete(pipeline);
    }
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static String one(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private void makeTables(String name) throws Exception {
    pipeline = name;
    execute(
        """
        DROP SCHEMA IF EXISTS %1$s CASCADE; CREATE SCHEMA %1$s;
        CREATE TABLE %1$s.accounts (id int PRIMARY KEY, val int, note text);
        CREATE TABLE %1$s.orders (id int PRIMARY KEY, val int, note text);
        INSERT INTO %1$s.accounts SELECT n, n, repeat(md5(n::text), 20) FROM generate_series(1, 3000) n;
        INSERT INTO %1$s.orders SELECT n, n, repeat(md5(n::text), 20) FROM generate_series(1, 3000) n;
        """
            .formatted(name));
    makeTopics(STREAMS);
  }

  private void makeTopics(List<String> streams) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var topics = new ArrayList<NewTopic>();
      for (String stream : streams) {
        topics.add(new NewTopic("%s.%s".formatted(pipeline, stream), 2, (short) 1));
        topics.add(new NewTopic("%s.%s.changes".formatted(pipeline, stream), 2, (short) 1));
      }
      admin.createTopics(topics).all().get();
    }
  }

  private void deploy(String request) {
    rest.put(pipeline, config(request));
  }

  private Map<String, String> config(String request) {
    var config = new HashMap<String, String>();
    config.put("connector.class", TYPE);
    config.put("tasks.max", "3");
    config.put("key.converter", BYTES);
    config.put("value.converter", BYTES);
    config.put("millrace.pipeline", pipeline);
    config.put("millrace.request", request);
    config.put("mode", "cdc");
    config.put("url", postgres.jdbcUrl());
    config.put("user", postgres.user());
    config.put("tables", pipeline + ".*");
    config.put("partition.ranges", "3");
    config.put("changes.buckets", "4");
    config.put("changes.batch_age", "100ms");
    config.put("changes.tick", "500ms");
    config.put("changes.heartbeat", "500ms");
    return config;
  }

  /** The slot has no reader while the tasks are started again. */
  private void askFor(String table) {
    PostgresOptions options = PostgresChangesConnector.OPTIONS.require(config("first"));
    await()
        .atMost(PATIENCE)
        .ignoreExceptionsMatching(
            e -> e instanceof MillraceException passing && passing.retriable())
        .until(() -> new ResnapshotRequest(options, pipeline).send(table) != null);
  }

  /** Commits all kinds of changes until it is told to stop. */
  private Thread writer(int from, AtomicBoolean stopped) {
    String schema = pipeline;
    var random = new Random(from);
    var thread =
        new Thread(
            () -> {
              try (Connection connection = connection();
                  Statement statement = connection.createStatement()) {
                while (!stopped.get()) {
                  statement.execute(transaction(schema, from, random));
                }
              } catch (SQLException e) {
                throw new AssertionError(e);
              }
            });
    thread.start();
    return thread;
  }

  private static String transaction(String schema, int from, Random random) {
    var text = new StringBuilder("BEGIN; SET LOCAL search_path = " + schema + ";");
    for (int i = random.nextInt(4); i >= 0; i--) {
      int id = from + random.nextInt(600);
      int other = from + random.nextInt(600);
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
                    .formatted(table, id, from + 600);
          });
    }
    return text.append(random.nextInt(9) == 0 ? "ROLLBACK" : "COMMIT").toString();
  }

  private ChangeLog changes() {
    return changes(STREAMS);
  }

  private ChangeLog changes(List<String> streams) {
    return ChangeLog.read(
        kafka.bootstrapServers(),
        streams.stream().map(stream -> "%s.%s.changes".formatted(pipeline, stream)).toList());
  }

  private TopicLog batches(String stream) {
    return TopicLog.read(kafka.bootstrapServers(), pipeline + "." + stream);
  }

  /** The latest plan of a stream that is whole in the log. */
  private PlanId awaitPlan(String stream, int plans) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(300))
        .until(
            () -> {
              TopicLog log = batches(stream);
              List<PlanId> found = log.plans().stream().filter(log::isWhole).toList();
              return found.size() == plans ? found.get(plans - 1) : null;
            },
            found -> found != null);
  }

  private void awaitReadTo(long end) {
    await().atMost(PATIENCE).until(() -> Long.compareUnsigned(stored(), end) >= 0);
  }

  private long stored() {
    long stored = 0;
    for (JsonNode offset : rest.offsets(pipeline).path("offsets")) {
      if (offset.path("offset").has("lsn")) {
        stored = Math.max(stored, Lsn.parse(offset.path("offset").path("lsn").asText()));
      }
    }
    return stored;
  }

  /** The table by its own words. */
  private Map<String, String> table(String stream) throws SQLException {
    var rows = new TreeMap<String, String>();
    try (Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery("SELECT id, val, note FROM %s.%s".formatted(pipeline, stream))) {
      while (row.next()) {
        rows.put(row.getString(1), row.getString(2) + " " + row.getString(3));
      }
    }
    return rows;
  }

  /** Rows of a plan, and the changes after its point. */
  private Map<String, String> folded(String stream, PlanId plan, ChangeLog changes) {
    TopicLog batches = batches(stream);
    var attempts = batches.complete(plan).values();
    SnapshotPoint point =
        attempts.iterator().next().get(0).header().reading().point().orElseThrow();
    assertThat(attempts)
        .allSatisfy(
            attempt ->
                assertThat(attempt)
                    .allSatisfy(
                        entry -> assertThat(entry.header().reading().point()).hasValue(point)));
    assertThat(changes.headers())
        .extracting(h -> h.bucket().generation().id())
        .containsOnly(point.generation());
    var rows = new TreeMap<String, String>();
    try (BufferAllocator allocator = new RootAllocator()) {
      TopicLog.forEachBatch(
          attempts,
          allocator,
          batch -> {
            for (int row = 0; row < batch.getRowCount(); row++) {
              String value =
                  ArrowText.of(batch.getVector("val"), row)
                      + " "
                      + ArrowText.of(batch.getVector("note"), row);
              assertThat(rows.put(ArrowText.of(batch.getVector("id"), row), value)).isNull();
            }
          });
    }
    for (ChangeLog.Row row : changes.rows().getOrDefault(stream, List.of())) {
      if (row.position().compareTo(point.position()) > 0) {
        apply(row.values(), rows);
      }
    }
    return rows;
  }

  /** No value is so large that an update leaves it out. */
  private static void apply(Map<String, String> change, Map<String, String> rows) {
    assertThat(change.get("_unchanged")).isEqualTo("[]");
    String id = change.get("id");
    String value = change.get("val") + " " + change.get("note");
    switch (change.get("_op")) {
      case "insert" -> assertThat(rows.put(id, value)).as("no row %s before", id).isNull();
      case "update" -> assertThat(rows.put(id, value)).as("a row %s before", id).isNotNull();
      case "delete" -> assertThat(rows.remove(id)).as("a row %s before", id).isNotNull();
      default -> throw new AssertionError(change);
    }
  }

  private void assertTablesAreFolded(int plans) throws SQLException {
    var latest = new HashMap<String, PlanId>();
    for (String stream : STREAMS) {
      latest.put(stream, awaitPlan(stream, plans));
    }
    awaitReadTo(logEnd());
    ChangeLog changes = changes();
    for (String stream : STREAMS) {
      assertThat(folded(stream, latest.get(stream), changes)).isEqualTo(table(stream));
    }
  }

  private static long logEnd() throws SQLException {
    return Lsn.parse(one("SELECT pg_current_wal_insert_lsn()"));
  }

  @RepeatedTest(2)
  void aSnapshotAndTheChangesAfterItAreTheTable(RepetitionInfo round) throws Exception {
    makeTables("handover" + round.getCurrentRepetition());
    var stopped = new AtomicBoolean();
    var writers = new ArrayList<Thread>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(writer(i * 600, stopped));
    }
    deploy("first");
    STREAMS.forEach(stream -> awaitPlan(stream, 1));
    long begun = logEnd();
    await().atMost(PATIENCE).until(() -> logEnd() - begun > MORE_LOG);
    stopped.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    assertTablesAreFolded(1);
    for (String stream : STREAMS) {
      TopicLog batches = batches(stream);
      Position point = batches.entries().get(0).header().reading().point().orElseThrow().position();
      assertThat(changes().rows().get(stream))
          .as("what the snapshot shows is left out of a stream that begins with it")
          .allMatch(row -> row.position().compareTo(point) > 0);
    }
  }

  @Test
  void aLostSnapshotIsTakenAgainAndTablesAreReadAgainOnRequest() throws Exception {
    makeTables("again");
    var stopped = new AtomicBoolean();
    Thread writer = writer(0, stopped);
    deploy("first");
    STREAMS.forEach(stream -> awaitPlan(stream, 1));
    deploy("second");
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                one("SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE"
                        + " application_name LIKE 'millrace again snapshot%'")
                    .equals("1"));
    STREAMS.forEach(stream -> awaitPlan(stream, 2));
    stopped.set(true);
    writer.join();
    assertTablesAreFolded(2);
  }

  @Test
  void oneTableIsReadAgainWhenTheLogAsksAndAnotherWhenItJoins() throws Exception {
    makeTables("asked");
    makeTopics(List.of("late"));
    var stopped = new AtomicBoolean();
    Thread writer = writer(0, stopped);
    deploy("first");
    awaitPlan("orders", 1);
    PlanId once = awaitPlan("accounts", 1);
    askFor("asked.orders");
    PlanId again = awaitPlan("orders", 2);
    rest.restart(pipeline);
    execute(
        """
        CREATE TABLE asked.late (id int PRIMARY KEY, val int, note text);
        INSERT INTO asked.late SELECT n, n, 'late' FROM generate_series(1, 500) n;
        ALTER PUBLICATION millrace_asked ADD TABLE asked.late;
        UPDATE asked.late SET val = 0 WHERE id = 7;
        """);
    PlanId joined = awaitPlan("late", 1);
    execute("DELETE FROM asked.late WHERE id < 7");
    stopped.set(true);
    writer.join();
    awaitReadTo(logEnd());
    ChangeLog changes = changes();
    assertThat(folded("orders", again, changes)).isEqualTo(table("orders"));
    assertThat(folded("accounts", once, changes)).isEqualTo(table("accounts"));
    assertThat(folded("late", joined, changes(List.of("late")))).isEqualTo(table("late"));
    assertThat(batches("orders").plans()).as("asked for once").hasSize(2);
    assertThat(batches("accounts").plans()).as("never asked for").hasSize(1);

    execute("ALTER PUBLICATION millrace_asked DROP TABLE asked.late");
    execute("UPDATE asked.late SET note = 'not sent'");
    execute("ALTER PUBLICATION millrace_asked ADD TABLE asked.late");
    execute("UPDATE asked.late SET val = 1 WHERE id = 8");
    PlanId back = awaitPlan("late", 2);
    execute("DELETE FROM asked.late WHERE id = 9");
    awaitReadTo(logEnd());
    assertThat(folded("late", back, changes(List.of("late")))).isEqualTo(table("late"));
  }
}
