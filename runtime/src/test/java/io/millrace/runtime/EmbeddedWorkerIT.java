package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code millrace run} with the Connect worker in its process: begun, dropped and begun anew, since
 * what the worker keeps lies in the cluster's topics.
 */
class EmbeddedWorkerIT {
  private static final String PASSWORD = "nobody-may-read-this";
  private static final String LOGIN =
      "org.apache.kafka.common.security.plain.PlainLoginModule required username=\"millrace\" password=\"%s\";"
          .formatted(PASSWORD);

  /** A broker that lets nobody in without a login. */
  private static final Map<String, String> SECURED =
      Map.of(
          "listener.security.protocol.map", "PLAINTEXT:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT",
          "sasl.enabled.mechanisms", "PLAIN",
          "sasl.mechanism.inter.broker.protocol", "PLAIN",
          "listener.name.plaintext.plain.sasl.jaas.config",
              LOGIN.replace(";", " user_millrace=\"%s\";".formatted(PASSWORD)));

  private static final String ACTIVE = "SELECT count(*) FROM pg_replication_slots WHERE active";

  /** What a process that SIGTERM ended leaves. */
  private static final int TERMINATED = 143;

  @TempDir private Path folder;

  @Test
  void ofAClusterThatWantsALogin() throws Exception {
    try (var kafka = EmbeddedKafka.start(folder.resolve("kafka"), 0, SECURED)) {
      begunDroppedAndBegunAnew(
          """
          kafka:
            bootstrap.servers: %s
            security.protocol: SASL_PLAINTEXT
            sasl.mechanism: PLAIN
            sasl.jaas.config: ${env:KAFKA_LOGIN}
          """
              .formatted(kafka.bootstrapServers()));
    }
  }

  @Test
  void ofABrokerOfItsOwn() throws Exception {
    begunDroppedAndBegunAnew("");
  }

  private void begunDroppedAndBegunAnew(String kafka) throws Exception {
    try (var postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
        var sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "")) {
      SampleTrips.fill(sql, 10);
      Path pipeline =
          Files.writeString(
              folder.resolve("shop.yaml"),
              """
              name: shop
              source:
                type: postgres
                url: %s
                user: %s
                table: public.trips
                mode: changes
                changes: {tick: 500ms}
              sinks:
                - type: parquet
                  cut: {every: 0s}
              %s
              """
                  .formatted(postgres.jdbcUrl(), postgres.user(), kafka));
      loads(pipeline, sql, 1);
      try (var drop = millrace("drop", pipeline.toString(), "--slot")) {
        assertThat(drop.await(PATIENCE)).as(drop.err()).isZero();
        assertThat(drop.err()).contains("Removed connector millrace.shop and its offsets");
        assertThat(drop.out()).contains("Dropped replication slot millrace_shop");
      }
      loads(pipeline, sql, 2);
    }
  }

  /** Runs until one more change than before can be read. */
  private void loads(Path pipeline, Connection sql, int changes) throws SQLException {
    try (var run = millrace("run", pipeline.toString())) {
      await().atMost(PATIENCE).until(() -> one(sql, ACTIVE).equals("1") || !run.running());
      sql.createStatement().execute("DELETE FROM trips WHERE trip_id = " + changes);
      await().atMost(PATIENCE).until(() -> loaded() == changes || !run.running());
      assertThat(run.running()).as(run.err()).isTrue();
      run.terminate();
      assertThat(run.await(PATIENCE)).as(run.err()).isEqualTo(TERMINATED);
      assertThat(run.out() + run.err()).doesNotContain(PASSWORD);
    }
  }

  private int loaded() throws SQLException {
    if (Lake.visible(folder.resolve("lake")).isEmpty()) {
      return 0;
    }
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      return Integer.parseInt(
          one(
              duck,
              "SELECT count(*) FROM read_parquet('%s/lake/**/*.parquet') WHERE _op = 'delete'"
                  .formatted(folder)));
    }
  }

  private static String one(Connection sql, String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private MillraceProcess millrace(String... arguments) {
    return MillraceProcess.start(folder, Map.of("KAFKA_LOGIN", LOGIN), List.of(), arguments);
  }
}
