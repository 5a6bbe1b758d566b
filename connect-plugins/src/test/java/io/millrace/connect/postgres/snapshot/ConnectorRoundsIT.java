package io.millrace.connect.postgres.snapshot;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.TopicLog;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.wire.BatchHeader;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged plugin in a Connect worker: several tables, and windows, across restarts. */
class ConnectorRoundsIT {
  private static final String TYPE =
      "io.millrace.connect.postgres.snapshot.PostgresSnapshotConnector";
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";

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
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
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
    rest.delete(pipeline);
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  @Test
  void severalTablesComeUnderOnePlan() throws Exception {
    execute(
        """
        CREATE SCHEMA shop;
        CREATE TABLE shop.orders AS SELECT n AS id FROM generate_series(1::bigint, 5000) n;
        CREATE TABLE shop.items AS SELECT n AS id FROM generate_series(1::bigint, 300) n;
        CREATE TABLE shop.closed AS SELECT * FROM shop.items;
        CREATE ROLE shopper LOGIN;
        GRANT USAGE ON SCHEMA shop TO shopper;
        GRANT SELECT ON shop.orders, shop.items TO shopper;
        """);
    pipeline = "several";
    createTopics("orders", "items", "closed");
    rest.put(pipeline, shop("first"));
    PlanId plan = awaitWhole("orders", RunId.SNAPSHOT);
    assertThat(awaitWhole("items", RunId.SNAPSHOT)).isEqualTo(plan);
    assertThat(ids("orders", RunId.SNAPSHOT)).hasSize(5_000);
    assertThat(ids("items", RunId.SNAPSHOT)).hasSize(300);
    await().atMost(PATIENCE).until(() -> !log("closed").entries().isEmpty());
    assertThat(log("closed").entries())
        .singleElement()
        .satisfies(
            entry ->
                assertThat(entry.header())
                    .isInstanceOfSatisfying(
                        BatchHeader.PartitionFailed.class,
                        failed -> assertThat(failed.reason()).contains("GRANT SELECT")));
    await().atMost(PATIENCE).until(() -> exporters() == 0);

    restart();
    await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> exporters() == 0);
    assertThat(log("orders").plans()).as("read once a request").containsExactly(plan);

    execute("GRANT SELECT ON shop.closed TO shopper");
    rest.put(pipeline, shop("second"));
    assertThat(awaitWhole("closed", RunId.SNAPSHOT)).isGreaterThan(plan);
  }

  private Map<String, String> shop(String request) {
    Map<String, String> config = config();
    config.put("user", "shopper");
    config.put("tables", "shop.*");
    config.put("millrace.request", request);
    return config;
  }

  @Test
  void windowsAreReadInTurnAcrossARestart() throws Exception {
    execute(
        """
        CREATE TABLE visits AS
          SELECT n AS id, timestamptz '2024-03-01 06:00Z' + n * interval '1 minute' AS at
          FROM generate_series(0::bigint, 299) n;
        """);
    pipeline = "windows";
    createTopics("visits");
    rest.put(pipeline, visits("first", "..2024-03-01T08:00:00Z"));
    PlanId first = awaitWhole("visits", new RunId("2024-03-01T06:00"));
    assertThat(awaitWhole("visits", new RunId("2024-03-01T07:00"))).isEqualTo(first);
    await().atMost(PATIENCE).until(() -> exporters() == 0);

    restart();
    execute("INSERT INTO visits VALUES (1007, '2024-03-01 07:59Z')");
    rest.put(pipeline, visits("second", "..2024-03-01T11:00:00Z"));
    PlanId second = awaitWhole("visits", new RunId("2024-03-01T10:00"));
    assertThat(second).isGreaterThan(first);
    await().atMost(PATIENCE).until(() -> exporters() == 0);
    assertThat(log("visits").plans()).containsExactly(first, second);
    assertThat(ids("visits", new RunId("2024-03-01T06:00"))).hasSize(60);
    assertThat(ids("visits", new RunId("2024-03-01T07:00"))).as("rechecked").hasSize(61);
    for (int hour = 8; hour < 11; hour++) {
      RunId run = new RunId("2024-03-01T%02d:00".formatted(hour));
      assertThat(log("visits", run).plans()).containsExactly(second);
      assertThat(ids("visits", run)).hasSize(60);
    }
    assertThat(log("visits", new RunId("2024-03-01T06:00")).plans()).containsExactly(first);
  }

  private Map<String, String> visits(String request, String range) {
    Map<String, String> config = config();
    config.put("table", "public.visits");
    config.put("run.column", "at");
    config.put("run.every", "1h");
    config.put("run.recheck", "1");
    config.put("millrace.request", request);
    config.put("millrace.range", range);
    return config;
  }

  private void restart() {
    rest.restart(pipeline);
    await()
        .atMost(PATIENCE)
        .until(
            () -> rest.status(pipeline).path("connector").path("state").asText().equals("RUNNING"));
  }

  private PlanId awaitWhole(String stream, RunId run) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(() -> latestWhole(log(stream, run)), found -> found != null);
  }

  private static PlanId latestWhole(TopicLog log) {
    return log.plans().stream().filter(log::isWhole).reduce((a, b) -> b).orElse(null);
  }

  /** The ids of a run by its latest whole plan. */
  private List<Long> ids(String stream, RunId run) {
    TopicLog log = log(stream, run);
    try (BufferAllocator allocator = new RootAllocator()) {
      return TopicLog.longs(log.complete(latestWhole(log)).values(), "id", allocator);
    }
  }

  private TopicLog log(String stream) {
    return TopicLog.read(kafka.bootstrapServers(), pipeline + "." + stream);
  }

  private TopicLog log(String stream, RunId run) {
    return new TopicLog(
        log(stream).entries().stream()
            .filter(entry -> entry.header().reading().unit().run().equals(run))
            .toList());
  }

  private void createTopics(String... streams) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      for (String stream : streams) {
        admin
            .createTopics(List.of(new NewTopic(pipeline + "." + stream, 4, (short) 1)))
            .all()
            .get();
      }
    }
  }

  private Map<String, String> config() {
    var config = new HashMap<String, String>();
    config.put("connector.class", TYPE);
    config.put("tasks.max", "4");
    config.put("key.converter", BYTES);
    config.put("value.converter", BYTES);
    config.put("millrace.pipeline", pipeline);
    config.put("url", postgres.jdbcUrl());
    config.put("user", postgres.user());
    return config;
  }

  private long exporters() throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'millrace %'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
