package io.millrace.connect.postgres.snapshot;

import static io.millrace.core.Patience.PATIENCE;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.connect.TopicLog;
import io.millrace.core.PlanId;
import io.millrace.core.wire.BatchHeader;
import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged plugin in a Connect worker: table in, topic out. */
class ConnectorIT {
  private static final String TYPE =
      "io.millrace.connect.postgres.snapshot.PostgresSnapshotConnector";
  private static final String BYTES = "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final long ROWS = 300_000;
  private static final long GATED_ROWS = 20_000;
  private static final Map<String, String> GATED =
      Map.of("table", "public.gated", "user", "gated_reader", "batch_bytes", "64k");

  private static EmbeddedPostgres postgres;
  private static EmbeddedKafka kafka;
  private static EmbeddedConnect connect;
  private static ConnectRest rest;
  private static Connection sql;

  private String pipeline;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"));
    kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    connect =
        EmbeddedConnect.start(
            kafka.bootstrapServers(),
            Path.of("target", "plugin"),
            Map.of(
                "config.providers", "file",
                "config.providers.file.class",
                    "org.apache.kafka.common.config.provider.FileConfigProvider"));
    rest = new ConnectRest(connect.url());
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    SampleTrips.fill(sql, ROWS);
    // One row in the middle is of a type whose text is a gate.
    execute(
        """
        CREATE TABLE gated AS
          SELECT n AS id, (SELECT string_agg(md5(n || ':' || m), '') FROM generate_series(1, 10) m)
            AS noise
          FROM generate_series(1::bigint, %d) n;
        ALTER TABLE gated ADD PRIMARY KEY (id);
        CREATE TYPE gate AS ();
        CREATE FUNCTION gate_text(gate) RETURNS text STRICT LANGUAGE plpgsql AS $$
          BEGIN PERFORM pg_advisory_xact_lock_shared(4711); RETURN 'open'; END $$;
        CREATE CAST (gate AS text) WITH FUNCTION gate_text(gate);
        ALTER TABLE gated ADD COLUMN gate gate;
        UPDATE gated SET gate = ROW() WHERE id = 12345;
        CREATE ROLE gated_reader LOGIN;
        GRANT SELECT ON gated TO gated_reader;
        """
            .formatted(GATED_ROWS));
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    connect.close();
    kafka.close();
    postgres.close();
  }

  @AfterEach
  void removeConnector() throws SQLException {
    openGate();
    if (pipeline != null) {
      rest.delete(pipeline);
    }
  }

  @Test
  void readsTheTableOnceAndNotAgainAfterARestart() throws Exception {
    deploy("once", Map.of("millrace.request", "first"));
    PlanId plan = awaitWholePlan(1);
    assertHolds(ROWS, "trip_id", plan);
    awaitStoredAsFinished(plan);
    await().atMost(PATIENCE).until(() -> exporters() == 0);

    rest.restart(pipeline);
    await()
        .atMost(PATIENCE)
        .until(
            () -> rest.status(pipeline).path("connector").path("state").asText().equals("RUNNING"));
    deploy("once", Map.of("millrace.request", "first", "tasks", "2"));
    await().during(Duration.ofSeconds(3)).atMost(PATIENCE).until(() -> exporters() == 0);
    assertThat(log().plans()).containsExactly(plan);

    deploy("once", Map.of("millrace.request", "second", "partition.ranges", "3"));
    PlanId second = awaitWholePlan(2);
    assertThat(second).isGreaterThan(plan);
    assertThat(second.nonce()).startsWith("second");
    assertHolds(ROWS, "trip_id", second);
  }

  @Test
  void aLostExporterMeansAnotherPlanForTheWholeRun() throws Exception {
    closeGate();
    deploy("lost", GATED);
    awaitAFifthOfTheRows();
    assertThat(terminate("snapshot")).isEqualTo(1);
    await().atMost(PATIENCE).until(() -> log().plans().size() == 2);
    openGate();

    PlanId second = awaitWholePlan(2);
    PlanId first = log().plans().get(0);
    assertThat(second).isGreaterThan(first);
    assertThat(log().isWhole(first)).isFalse();
    assertThat(log().complete(first)).as("finished, and read again").isNotEmpty();
    assertHolds(GATED_ROWS, "id", second);
    awaitStoredAsFinished(second);
    await().atMost(PATIENCE).until(() -> exporters() == 0);
  }

  @Test
  void lostReadersTryAgainUnderTheSamePlan() throws Exception {
    closeGate();
    deploy("readers", GATED);
    awaitAFifthOfTheRows();
    assertThat(terminate("read")).isGreaterThan(0);
    openGate();

    PlanId plan = awaitWholePlan(1);
    assertHolds(GATED_ROWS, "id", plan);
    assertThat(log().entries())
        .extracting(entry -> entry.header().reading().attempt().number())
        .contains(1, 2);
  }

  @Test
  void restartedTasksGoOnWithTheirPlan() throws Exception {
    closeGate();
    deploy("tasks", GATED);
    awaitAFifthOfTheRows();
    await().atMost(PATIENCE).until(() -> finished() > 0);
    long finished = finished();
    for (int task = 0; task < 4; task++) {
      rest.restart(pipeline, task);
    }
    openGate();

    PlanId plan = awaitWholePlan(1);
    assertHolds(GATED_ROWS, "id", plan);
    Map<String, Long> attempts =
        log().entries().stream()
            .map(entry -> entry.header().reading())
            .distinct()
            .collect(groupingBy(reading -> reading.unit().partition(), counting()));
    assertThat(attempts).hasSize(8);
    assertThat(attempts.values().stream().filter(n -> n == 1).count())
        .as("read once: what was stored as finished before")
        .isGreaterThanOrEqualTo(finished);
    assertThat(attempts.values()).as("the one at the gate").contains(2L);
  }

  @Test
  void workersWithTransactionsReadTheSame() throws Exception {
    ConnectRest usual = rest;
    try (var transactional =
        EmbeddedConnect.start(
            kafka.bootstrapServers(),
            Path.of("target", "plugin"),
            Map.of("group.id", "transactional", "exactly.once.source.support", "enabled"))) {
      rest = new ConnectRest(transactional.url());
      deploy("transactions", Map.of("exactly.once.support", "required"));
      PlanId plan = awaitWholePlan(1);
      assertHolds(ROWS, "trip_id", plan);
      awaitStoredAsFinished(plan);
      removeConnector();
      pipeline = null;
    } finally {
      rest = usual;
    }
  }

  @Test
  void secretsStayReferencesAndTasksMaxIsKept(@TempDir Path folder) throws Exception {
    Path secrets = folder.resolve("secrets.properties");
    Files.writeString(secrets, "password=un-guessable\n");
    deploy("secrets", Map.of("tasks.max", "2", "password", "${file:" + secrets + ":password}"));
    await().atMost(PATIENCE).until(() -> rest.taskConfigs(pipeline).size() == 2);
    assertThat(rest.taskConfigs(pipeline).toString())
        .doesNotContain("un-guessable")
        .contains("${file:");
    assertHolds(ROWS, "trip_id", awaitWholePlan(1));
  }

  @Test
  void validationAsksTheDatabase() {
    JsonNode wrong =
        rest.validate(
            "PostgresSnapshotConnector",
            Map.of(
                "connector.class",
                TYPE,
                "name",
                "wrong",
                "key.converter",
                BYTES,
                "millrace.pipeline",
                "Not A Name",
                "url",
                postgres.jdbcUrl(),
                "user",
                postgres.user(),
                "table",
                "public.trip"));
    assertThat(errors(wrong))
        .containsEntry("table", "There is no table \"public.trip\": did you mean \"public.trips\"?")
        .hasEntrySatisfying(
            "value.converter", error -> assertThat(error).contains("set it to " + BYTES))
        .hasEntrySatisfying("millrace.pipeline", error -> assertThat(error).contains("a-z"))
        .doesNotContainKey("key.converter");
  }

  private static Map<String, String> errors(JsonNode validation) {
    var errors = new HashMap<String, String>();
    for (JsonNode config : validation.path("configs")) {
      JsonNode value = config.path("value");
      if (!value.path("errors").isEmpty()) {
        errors.put(value.path("name").asText(), value.path("errors").get(0).asText());
      }
    }
    return errors;
  }

  private void awaitAFifthOfTheRows() {
    await()
        .atMost(PATIENCE)
        .until(
            () ->
                log().entries().stream()
                        .map(TopicLog.Entry::header)
                        .filter(BatchHeader.Data.class::isInstance)
                        .mapToLong(BatchHeader::rows)
                        .sum()
                    > GATED_ROWS / 5);
  }

  /** From now on a reader that comes to the row in the middle waits there. */
  private static void closeGate() throws SQLException {
    execute("SELECT pg_advisory_lock(4711)");
  }

  private static void openGate() throws SQLException {
    execute("SELECT pg_advisory_unlock_all()");
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  /** Ends the sessions of this purpose; says how many. */
  private long terminate(String purpose) throws SQLException {
    try (PreparedStatement statement =
        sql.prepareStatement(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                + " WHERE application_name LIKE ?")) {
      statement.setString(1, "millrace %s %s%%".formatted(pipeline, purpose));
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private void deploy(String name, Map<String, String> more) throws Exception {
    if (pipeline == null) {
      pipeline = name;
      try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
        admin.createTopics(List.of(new NewTopic(topic(), 4, (short) 1))).all().get();
      }
    }
    var config = new HashMap<String, String>();
    config.put("connector.class", TYPE);
    config.put("tasks.max", "4");
    config.put("key.converter", BYTES);
    config.put("value.converter", BYTES);
    config.put("millrace.pipeline", name);
    config.put("url", postgres.jdbcUrl());
    config.put("user", postgres.user());
    config.put("table", SampleTrips.TABLE);
    config.put("stream", "rows");
    config.putAll(more);
    rest.put(pipeline, config);
  }

  private String topic() {
    return pipeline + ".rows";
  }

  private TopicLog log() {
    return TopicLog.read(kafka.bootstrapServers(), topic());
  }

  private PlanId awaitWholePlan(int plans) {
    return await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(500))
        .until(
            () -> {
              TopicLog log = log();
              List<PlanId> found = log.plans();
              return found.size() == plans && log.isWhole(found.get(plans - 1))
                  ? found.get(plans - 1)
                  : null;
            },
            found -> found != null);
  }

  private void awaitStoredAsFinished(PlanId plan) {
    int size = log().complete(plan).size();
    await().atMost(PATIENCE).until(() -> finished() == size);
  }

  /** How many Partitions are finished by Connect's stored offsets. */
  private long finished() {
    long finished = 0;
    for (JsonNode offset : rest.offsets(pipeline).path("offsets")) {
      finished += offset.path("offset").has("rows") ? 1 : 0;
    }
    return finished;
  }

  private void assertHolds(long rows, String key, PlanId plan) {
    try (BufferAllocator allocator = new RootAllocator()) {
      List<Long> keys = TopicLog.longs(log().complete(plan).values(), key, allocator);
      assertThat(keys.stream().mapToLong(Long::longValue).sorted().toArray())
          .isEqualTo(LongStream.rangeClosed(1, rows).toArray());
    }
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
