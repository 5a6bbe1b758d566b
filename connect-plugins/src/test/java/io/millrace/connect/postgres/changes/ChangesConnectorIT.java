package io.millrace.connect.postgres.changes;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.snapshot.ConnectRest;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged plugin in a Connect worker: a slot in, topics of changes out. */
class ChangesConnectorIT {
  private static final String TYPE =
      "io.millrace.connect.postgres.changes.PostgresChangesConnector";
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final int WRITERS = 3;

  private static EmbeddedPostgres postgres;
  private static EmbeddedKafka kafka;
  private static EmbeddedConnect connect;
  private static Path plugin;
  private static Connection sql;

  private ConnectRest rest;
  private String pipeline;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    plugin = Path.of("target", "plugin");
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    connect = EmbeddedConnect.start(kafka.bootstrapServers(), plugin, Map.of());
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

  private void deploy(String name) throws Exception {
    pipeline = name;
    execute("CREATE TABLE %s (id int PRIMARY KEY, val int)".formatted(name));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(topic(), 4, (short) 1))).all().get();
    }
    var config = new HashMap<String, String>();
    config.put("connector.class", TYPE);
    config.put("key.converter", BYTES);
    config.put("value.converter", BYTES);
    config.put("millrace.pipeline", name);
    config.put("mode", "changes");
    config.put("url", postgres.jdbcUrl());
    config.put("user", postgres.user());
    config.put("table", "public." + name);
    config.put("stream", "rows");
    config.put("changes.buckets", "4");
    config.put("changes.batch_age", "100ms");
    config.put("changes.tick", "500ms");
    config.put("changes.heartbeat", "500ms");
    rest.put(pipeline, config);
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                one("SELECT count(*) FROM pg_publication WHERE pubname LIKE '%" + name + "'")
                        .equals("1")
                    && one("SELECT count(*) FROM pg_replication_slots WHERE active").equals("1"));
  }

  private String topic() {
    return pipeline + ".rows.changes";
  }

  private ChangeLog log() {
    return ChangeLog.read(kafka.bootstrapServers(), List.of(topic()));
  }

  private long stored() {
    long stored = 0;
    for (JsonNode offset : rest.offsets(pipeline).path("offsets")) {
      stored = Math.max(stored, Lsn.parse(offset.path("offset").path("lsn").asText()));
    }
    return stored;
  }

  private long confirmed() throws SQLException {
    return Lsn.parse(
        one(
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = 'millrace_"
                + pipeline
                + "'"));
  }

  /** A writer of rows of its own, whose every committed change raises the row's value by one. */
  private static Thread writer(String table, int from, int transactions) {
    var random = new Random(from);
    return new Thread(
        () -> {
          try (Connection connection = connection();
              Statement statement = connection.createStatement()) {
            for (int i = 0; i < transactions; i++) {
              int first = from + random.nextInt(20);
              statement.execute(
                  "BEGIN; INSERT INTO %1$s SELECT n, 1 FROM generate_series(%2$d, %3$d) n ON CONFLICT (id) DO UPDATE SET val = %1$s.val + 1; %4$s"
                      .formatted(
                          table,
                          first,
                          first + random.nextInt(5),
                          random.nextInt(6) == 0 ? "ROLLBACK" : "COMMIT"));
              Thread.sleep(2);
            }
          } catch (SQLException | InterruptedException e) {
            throw new AssertionError(e);
          }
        });
  }

  /** Every row's values must come as 1, 2, 3, ... up to what the table has. */
  private void awaitExact() throws Exception {
    var expected = new TreeMap<String, List<String>>();
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, val FROM " + pipeline)) {
      while (row.next()) {
        var values = new ArrayList<String>();
        for (int value = 1; value <= row.getInt(2); value++) {
          values.add(Integer.toString(value));
        }
        expected.put(row.getString(1), values);
      }
    }
    assertThat(expected).isNotEmpty();
    long end = Lsn.parse(one("SELECT pg_current_wal_insert_lsn()"));
    await().atMost(PATIENCE).until(() -> Long.compareUnsigned(stored(), end) >= 0);
    var found = new TreeMap<String, List<String>>();
    for (ChangeLog.Row row : log().rows().get("rows")) {
      found
          .computeIfAbsent(row.values().get("id"), id -> new ArrayList<>())
          .add(row.values().get("val"));
    }
    assertThat(found).isEqualTo(expected);
  }

  private void readWhileEverythingIsRestarted(String name) throws Exception {
    deploy(name);
    long created = confirmed();
    var writers = new ArrayList<Thread>();
    for (int i = 0; i < WRITERS; i++) {
      writers.add(writer(name, i * 100, 400));
    }
    writers.forEach(Thread::start);
    for (int round = 0; round < 4; round++) {
      Thread.sleep(700);
      long confirmed = confirmed();
      assertThat(confirmed)
          .as("confirmed, then stored")
          .isLessThanOrEqualTo(Math.max(created, stored()));
      switch (round) {
        case 0 -> rest.restart(pipeline, 0);
        case 1 ->
            execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
                    + " 'millrace "
                    + pipeline
                    + " log'");
        case 2 -> rest.restart(pipeline);
        default ->
            execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ="
                    + " 'millrace "
                    + pipeline
                    + " changes'");
      }
    }
    for (Thread writer : writers) {
      writer.join();
    }
    awaitExact();
    assertThat(log().headers())
        .extracting(h -> h.bucket().generation())
        .as("one generation")
        .containsOnly(log().headers().get(0).bucket().generation());
    long before = confirmed();
    await().atMost(PATIENCE).until(() -> Long.compareUnsigned(confirmed(), before) > 0);
    assertThat(log().ticks()).extracting(ChangeHeader.Tick::rows).containsOnly(0L);
  }

  @Test
  void restartsOfTaskConnectorAndSessionsLoseNothing() throws Exception {
    rest = new ConnectRest(connect.url());
    readWhileEverythingIsRestarted("plain");
  }

  @Test
  void workersWithTransactionsReadTheSame() throws Exception {
    try (var transactional =
        EmbeddedConnect.start(
            kafka.bootstrapServers(),
            plugin,
            Map.of("group.id", "transactional", "exactly.once.source.support", "enabled"))) {
      rest = new ConnectRest(transactional.url());
      readWhileEverythingIsRestarted("transactional");
      rest.delete(pipeline);
      pipeline = null;
    }
  }

  @Test
  void aSlotThatIsGoneFailsTheTaskAndIsNotMadeAnew() throws Exception {
    rest = new ConnectRest(connect.url());
    deploy("lost");
    execute("INSERT INTO lost VALUES (1, 1)");
    awaitExact();
    execute(
        """
        SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots
          WHERE slot_name = 'millrace_lost' AND active
        """);
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(
            () -> {
              execute("SELECT pg_drop_replication_slot('millrace_lost')");
              return true;
            });
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> {
              JsonNode task = rest.status(pipeline).path("tasks").path(0);
              assertThat(task.path("state").asText()).isEqualTo("FAILED");
              assertThat(task.path("trace").asText())
                  .contains("Replication slot \"millrace_lost\" is gone");
            });
    assertThat(one("SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'millrace_lost'"))
        .isEqualTo("0");
  }
}
