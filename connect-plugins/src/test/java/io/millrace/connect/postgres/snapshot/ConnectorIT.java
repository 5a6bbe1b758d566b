package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.millrace.core.PlanId;
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
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
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
  private static final double SLOW = 150_000;
  private static final Map<String, String> SMALL_BATCHES =
      Map.of("batch_bytes", "64k", "producer.override.buffer.memory", "200000");
  private static final Duration LIMIT = Duration.ofSeconds(60);

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

  @Test
  void readsTheTableOnceAndNotAgainAfterARestart() throws Exception {
    deploy("once", Map.of("millrace.request", "first"));
    PlanId plan = awaitWholePlan(1);
    assertHoldsTheTable(plan);
    awaitStoredAsFinished(plan);
    await().atMost(LIMIT).until(() -> exporters() == 0);

    rest.restart(pipeline);
    await()
        .atMost(LIMIT)
        .until(
            () -> rest.status(pipeline).path("connector").path("state").asText().equals("RUNNING"));
    deploy("once", Map.of("millrace.request", "first", "tasks", "2"));
    await().during(Duration.ofSeconds(3)).atMost(LIMIT).until(() -> exporters() == 0);
    assertThat(log().plans()).containsExactly(plan);

    deploy("once", Map.of("millrace.request", "second", "partition.ranges", "3"));
    PlanId second = awaitWholePlan(2);
    assertThat(second).isGreaterThan(plan);
    assertThat(second.nonce()).startsWith("second");
    assertHoldsTheTable(second);
  }

  /** Slow enough a broker that the kill comes between the first record and the last. */
  @Test
  void aLostExporterMeansAnotherPlanForTheWholeRun() throws Exception {
    throttle(SLOW);
    try {
      deploy("lost", SMALL_BATCHES);
      awaitAFifthOfTheRows();
      assertThat(terminate("snapshot")).isEqualTo(1);
      await().atMost(LIMIT).until(() -> log().plans().size() == 2);
    } finally {
      throttle(null);
    }
    PlanId second = awaitWholePlan(2);
    PlanId first = log().plans().get(0);
    assertThat(log().isWhole(first)).as("the kill came too late").isFalse();
    assertThat(second).isGreaterThan(first);
    assertHoldsTheTable(second);
    awaitStoredAsFinished(second);
    await().atMost(LIMIT).until(() -> exporters() == 0);
    assertThat(rest.status(pipeline).path("connector").path("state").asText()).isEqualTo("RUNNING");
  }

  @Test
  void lostReadersTryAgainUnderTheSamePlan() throws Exception {
    throttle(SLOW);
    try {
      deploy("readers", SMALL_BATCHES);
      awaitAFifthOfTheRows();
      assertThat(terminate("read")).isGreaterThan(0);
    } finally {
      throttle(null);
    }
    PlanId plan = awaitWholePlan(1);
    assertHoldsTheTable(plan);
    assertThat(log().entries())
        .extracting(entry -> entry.header().reading().attempt().number())
        .contains(1, 2);
  }

  @Test
  void secretsStayReferencesAndTasksMaxIsKept(@TempDir Path folder) throws Exception {
    Path secrets = folder.resolve("secrets.properties");
    Files.writeString(secrets, "password=un-guessable\n");
    deploy("secrets", Map.of("tasks.max", "2", "password", "${file:" + secrets + ":password}"));
    await().atMost(LIMIT).until(() -> rest.taskConfigs(pipeline).size() == 2);
    assertThat(rest.taskConfigs(pipeline).toString())
        .doesNotContain("un-guessable")
        .contains("${file:");
    assertHoldsTheTable(awaitWholePlan(1));
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
        .atMost(LIMIT)
        .until(() -> log().entries().stream().mapToLong(e -> e.header().rows()).sum() > ROWS / 5);
  }

  /** Limits what each producer may send, in bytes per second; null for no limit. */
  private static void throttle(Double bytesPerSecond) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var everyClient =
          new ClientQuotaEntity(Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null));
      var rate = new ClientQuotaAlteration.Op("producer_byte_rate", bytesPerSecond);
      admin
          .alterClientQuotas(List.of(new ClientQuotaAlteration(everyClient, List.of(rate))))
          .all()
          .get();
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
        admin.createTopics(List.of(new NewTopic(name + ".trips", 4, (short) 1))).all().get();
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
    config.putAll(more);
    rest.put(pipeline, config);
  }

  private TopicLog log() {
    return TopicLog.read(kafka.bootstrapServers(), pipeline + ".trips");
  }

  private PlanId awaitWholePlan(int plans) {
    return await()
        .atMost(LIMIT)
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
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              JsonNode offsets = rest.offsets(pipeline).path("offsets");
              int finished = 0;
              for (JsonNode offset : offsets) {
                JsonNode stored = offset.path("offset");
                if (stored.path("plan").asText().equals(plan.toString()) && stored.has("rows")) {
                  finished++;
                }
              }
              return finished > 0
                  && finished == offsets.get(0).path("offset").path("plan_size").asInt();
            });
  }

  private void assertHoldsTheTable(PlanId plan) {
    try (BufferAllocator allocator = new RootAllocator()) {
      List<Long> keys = TopicLog.longs(log().complete(plan).values(), "trip_id", allocator);
      assertThat(keys.stream().mapToLong(Long::longValue).sorted().toArray())
          .isEqualTo(LongStream.rangeClosed(1, ROWS).toArray());
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
