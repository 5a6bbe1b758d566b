package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.runtime.cli.Commands;
import io.millrace.runtime.cli.Commands.Ended;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator does with a pipeline that reads changes: deploy, look, drop, begin anew. */
class ChangesCommandsIT {

  @TempDir private Path folder;
  private Ended last;

  private int run(String... args) {
    last = new Commands(folder).run(args);
    return last.code();
  }

  private static String one(Connection sql, String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void aSlotIsDeployedWatchedDroppedAndBegunAnew() throws Exception {
    try (var cluster = new Cluster(folder, 1000);
        var sql = DriverManager.getConnection(cluster.url(), cluster.user(), "");
        var admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
      String pipeline =
          cluster
              .pipeline(
                  "shop",
                  "mode: changes\n  changes: {tick: 500ms, heartbeat: 500ms, warn_behind: 1k}")
              .toString();
      String slots = "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'millrace_shop'";
      requireSchema(pipeline);
      assertThat(run("run", pipeline, "--once")).isEqualTo(2);
      assertThat(last.err()).contains("changes, which have no end");
      assertThat(run("drop", pipeline)).isEqualTo(2);
      assertThat(last.err()).contains("Say what to drop: --slot");

      assertThat(run("deploy", pipeline)).as(last.err()).isZero();
      Set<String> topics = admin.listTopics().names().get(60, TimeUnit.SECONDS);
      assertThat(topics).contains("shop.trips.changes").doesNotContain("shop.trips");
      await().atMost(PATIENCE).until(() -> one(sql, slots + " AND active").equals("1"));

      assertThat(run("status", pipeline)).as(last.err()).isZero();
      assertThat(last.out()).contains("source: slot millrace_shop keeps ", "being read");
      assertThat(run("status", pipeline, "--json")).isZero();
      assertThat(last.out()).contains("\"name\" : \"slot millrace_shop\"");

      assertThat(run("resnapshot", pipeline, "--table", "trips")).isEqualTo(2);
      assertThat(last.err()).contains("with mode changes: it takes no snapshots");

      assertThat(run("drop", pipeline, "--slot")).as(last.err()).isZero();
      assertThat(last.out()).contains("Dropped replication slot millrace_shop");
      assertThat(one(sql, slots)).isEqualTo("0");

      assertThat(run("deploy", pipeline)).as(last.err()).isZero();
      await().atMost(PATIENCE).until(() -> one(sql, slots + " AND active").equals("1"));
      assertThat(run("drop", pipeline, "--slot")).as(last.err()).isZero();
      assertThat(run("drop", pipeline, "--slot")).isZero();
      assertThat(last.out()).contains("There was no slot to drop");

      String plain = cluster.pipeline("plain", "tasks: 1").toString();
      assertThat(run("resnapshot", plain, "--table", "trips")).isEqualTo(2);
      assertThat(last.err()).contains("none are read", "millrace deploy FILE --read-again");
      readATableAgain(cluster);
    }
  }

  private void readATableAgain(Cluster cluster) throws Exception {
    String pipeline =
        cluster
            .pipeline("mart", "mode: cdc\n  changes: {tick: 500ms, heartbeat: 500ms}")
            .toString();
    assertThat(run("resnapshot", pipeline, "--table", "trips")).isEqualTo(1);
    assertThat(last.err()).contains("no replication slot \"millrace_mart\" yet");
    assertThat(run("deploy", pipeline)).as(last.err()).isZero();
    await().atMost(PATIENCE).until(() -> plans(cluster, "mart.trips").size() == 1);
    assertThat(run("resnapshot", pipeline, "--table", "public.trip")).isEqualTo(2);
    assertThat(last.err())
        .contains("Cannot read \"public.trip\" again: the pipeline reads public.trips");
    assertThat(run("resnapshot", pipeline, "--table", "public.trips")).as(last.err()).isZero();
    assertThat(last.out()).contains("Asked for public.trips");
    await().atMost(PATIENCE).until(() -> plans(cluster, "mart.trips").size() == 2);
    assertThat(run("drop", pipeline, "--slot")).as(last.err()).isZero();
  }

  /** The plans whose records a topic has. */
  private static Set<String> plans(Cluster cluster, String topic) {
    var bytes = new ByteArrayDeserializer();
    Map<String, Object> config = Map.of("bootstrap.servers", cluster.bootstrapServers());
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(each -> new TopicPartition(topic, each.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      var plans = new TreeSet<String>();
      while (all.stream().anyMatch(each -> consumer.position(each) < ends.get(each))) {
        consumer
            .poll(Duration.ofMillis(200))
            .forEach(
                record ->
                    plans.add(
                        new String(record.headers().lastHeader("millrace.plan").value(), UTF_8)));
      }
      return plans;
    }
  }

  /** Before the slot is made: as the changes will be, and nothing else, since nothing is copied. */
  private void requireSchema(String pipeline) {
    assertThat(run("schema", pipeline)).as(last.err()).isZero();
    assertThat(last.out().lines().toList())
        .hasSize(1 + 1 + 20 + 7)
        .startsWith("trips.changes (public.trips)")
        .anyMatch(line -> line.matches("trip_id +bigint +int64 +yes +int64"))
        .anyMatch(line -> line.matches("_before +struct<trip_id: int64> +yes +.*"))
        .anyMatch(line -> line.matches("_op +utf8 +no +.*STRING.*"));
    assertThat(run("schema", pipeline, "--target")).as(last.err()).isZero();
    assertThat(last.out())
        .startsWith("message schema {\n  optional int64 trip_id")
        .contains("required int64 _lsn");
    assertThat(run("schema", pipeline, "--set", "source.mode=cdc")).as(last.err()).isZero();
    assertThat(last.out()).contains("trips (public.trips, about", "\ntrips.changes (public");
  }

  @Test
  void changesReachTheLakeOnce() throws Exception {
    try (var cluster = new Cluster(folder, 1000);
        var sql = DriverManager.getConnection(cluster.url(), cluster.user(), "")) {
      Path pipeline =
          cluster.pipeline("shop", "mode: changes\n  changes: {tick: 500ms, batch_age: 100ms}");
      Files.writeString(
          pipeline,
          Files.readString(pipeline)
              .replace("- type: parquet", "- type: parquet\n    cut: {every: 0s}"));
      assertThat(run("deploy", pipeline.toString())).as(last.err()).isZero();
      String active = "SELECT count(*) FROM pg_replication_slots WHERE active";
      await().atMost(PATIENCE).until(() -> one(sql, active).equals("1"));
      try (var sink = MillraceProcess.start(folder, "sink", pipeline.toString())) {
        try (Statement statement = sql.createStatement()) {
          for (int i = 0; i < 10; i++) {
            statement.execute(
                "DELETE FROM public.trips WHERE trip_id BETWEEN %d AND %d"
                    .formatted(10 * i + 1, 10 * i + 10));
          }
        }
        await().atMost(PATIENCE).until(() -> deleted().equals("100 100") || !sink.running());
        assertThat(sink.running()).as(sink.err()).isTrue();
      }
      String topic = "shop.trips.changes";
      assertThat(run("peek", topic, "--file", pipeline.toString(), "--limit", "1000")).isZero();
      assertThat(last.out())
          .containsPattern(topic + "-\\d+@\\d+ [\\d,]+ changes from [0-9a-f.]{18,} to ")
          .containsPattern("  generation \\d+-[a-z0-9]+, bucket \\d+ of 16 by trip_id, after 0")
          .containsPattern("trip_id .* _before +_op +_lsn +_commit_at +_tx +_seq +_unchanged\n")
          .containsPattern(" +\\{\"trip_id\":\\d+} +delete +\\d+ +20..-.*Z +\\d+ +\\d+ +\\[]\n")
          .containsPattern(topic + "-\\d+@\\d+ tick: nothing more up to [0-9a-f]{16}\\.0\n");
      assertThat(run("drop", pipeline.toString(), "--slot")).as(last.err()).isZero();
    }
  }

  /** How many changes there are, and how many positions. */
  private String deleted() throws SQLException {
    Path lake = folder.resolve("lake");
    if (Lake.visible(lake).isEmpty()) {
      return "";
    }
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      return one(
          duck,
          "SELECT count(*) || ' ' || count(DISTINCT _lsn || '.' || _seq) FROM read_parquet('%s/**/*.parquet', union_by_name = true) WHERE _op = 'delete'"
              .formatted(lake));
    }
  }
}
