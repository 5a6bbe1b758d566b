package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands as the distribution's launcher starts them, from a folder of their own. */
class CommandLineIT {
  private static final int ROWS = 50_000;
  private static final int BAD_USAGE = 2;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private static Path servers;
  private static Cluster cluster;

  @TempDir private Path folder;

  /** How a command ended. */
  private record Ended(int code, String out, String err) {}

  @BeforeAll
  static void start() throws SQLException {
    cluster = new Cluster(servers, ROWS);
  }

  @AfterAll
  static void stop() {
    cluster.close();
  }

  @Test
  void saysItsVersionAndThoseOfWhatItStandsOn() {
    assertThat(done("--version"))
        .matches("millrace \\d+\\.\\d+\\.\\d+\\S* \\(Kafka clients 4\\.\\S+, Java \\d+\\S*\\)\n");
  }

  @Test
  void badUsageIsExplained() throws IOException {
    Path file = cluster.pipeline("usage", "");

    Ended nothing = millrace();
    assertThat(nothing.code).isEqualTo(BAD_USAGE);
    assertThat(nothing.err).startsWith("Usage: millrace").contains("run", "validate", "peek");
    assertThat(nothing.out).isEmpty();

    Ended typo = millrace("rum", file.toString());
    assertThat(typo.code).isEqualTo(BAD_USAGE);
    assertThat(typo.err).contains("Did you mean: millrace run").doesNotContain("\tat ");

    Ended unreadable = millrace("run", file.toString(), "--memory", "lots");
    assertThat(unreadable.code).isEqualTo(BAD_USAGE);
    assertThat(unreadable.err)
        .isEqualTo(
            "millrace: cannot read --memory \"lots\": expected a number with m or g, such as"
                + " 512m\n");

    Ended little = millrace("run", file.toString(), "--memory=64m");
    assertThat(little.code).isEqualTo(BAD_USAGE);
    assertThat(little.err)
        .startsWith("millrace: --memory 64m is too little for run: at least ")
        .hasLineCount(1);
    assertThat(written()).isEmpty();
  }

  @Test
  void everyPipelineToCopyIsValid() throws IOException {
    List<Path> configs =
        filesBelow(MillraceProcess.HOME.resolve("configs")).stream()
            .filter(file -> file.toString().endsWith(".yaml"))
            .toList();
    assertThat(configs).isNotEmpty();
    for (Path config : configs) {
      long began = System.nanoTime();
      // the files' secrets; any values do where nothing is connected to
      Ended validate =
          millrace(
              Map.of(
                  "PGPASSWORD", "any",
                  "CLICKHOUSE_PASSWORD", "any",
                  "MARIADB_PASSWORD", "any",
                  "S3_ACCESS_KEY_ID", "any",
                  "S3_SECRET_ACCESS_KEY", "any"),
              "validate",
              config.toString());
      Duration took = Duration.ofNanos(System.nanoTime() - began);
      System.out.printf("validate %s: %d ms%n", config.getFileName(), took.toMillis());

      assertThat(validate.code).as(validate.out).isZero();
      assertThat(validate.err).isEqualTo(config + ": ok\n");
    }
  }

  @Test
  void schemaShowsEveryColumnOnItsWay() throws IOException {
    Path file = cluster.pipeline("shown", "");

    List<String> lines = done("schema", file.toString()).lines().toList();

    assertThat(lines).hasSize(1 + 1 + 20);
    assertThat(lines.get(0)).isEqualTo("trips (public.trips, about 50,000 rows)");
    assertThat(lines.get(1)).matches("COLUMN +SOURCE +ARROW +NULL +PARQUET");
    assertThat(lines.get(2)).matches("trip_id +bigint +int64 +no +int64");
    assertThat(lines)
        .anyMatch(
            line ->
                line.matches(
                    "fare_amount +numeric\\(10,2\\) +decimal128\\(10, 2\\) +yes +.*DECIMAL.*"));

    JsonNode json = JSON.readTree(done("schema", "--json", file.toString()));
    assertThat(json.at("/streams/0/columns")).hasSize(20);
    assertThat(json.at("/streams/0/columns/0/name").asText()).isEqualTo("trip_id");
    assertThat(json.at("/unreadable")).isEmpty();
    assertThat(done("schema", "--target", file.toString()))
        .isEqualTo(json.at("/streams/0/schemas/parquet").asText())
        .startsWith("message schema {\n  required int64 trip_id");
    assertThat(written()).isEmpty();
  }

  @Test
  void aDryRunChecksEverythingAndWritesNothing() throws Exception {
    Path file = cluster.pipeline("dry", "");
    Set<String> topics = topics();

    assertThat(done("run", "--dry-run", file.toString()).lines())
        .satisfiesExactly(
            line ->
                assertThat(line).isEqualTo("source: public.trips, 20 columns, about 50,000 rows"),
            line -> assertThat(line).startsWith("kafka: cluster "),
            line -> assertThat(line).isEqualTo("sink: parquet can be written"),
            line -> assertThat(line).matches("connect: http://\\S+ takes the connector"));

    assertThat(written()).isEmpty();
    assertThat(topics()).isEqualTo(topics).doesNotContain("dry.trips");
  }

  @Test
  void whatARunHasDoneIsThereForPrograms() throws Exception {
    Path file = cluster.pipeline("done", "partition: {column: trip_id, ranges: 3}");

    Ended run = millrace("run", "--json", file.toString());
    assertThat(run.code).as(run.err).isZero();
    JsonNode summary = JSON.readTree(run.out);
    assertThat(summary.path("pipeline").asText()).isEqualTo("done");
    assertThat(summary.path("seconds").asDouble()).isPositive();
    assertThat(summary.path("peak_memory_bytes").asLong()).isPositive();
    assertThat(summary.path("loads")).hasSize(1);
    JsonNode load = summary.at("/loads/0");
    assertThat(load.path("stream").asText()).isEqualTo("trips");
    assertThat(load.path("sink").asText()).isEqualTo("parquet");
    assertThat(load.path("run").asText()).isEqualTo("snapshot");
    assertThat(load.path("partitions").asInt()).isEqualTo(3);
    assertThat(load.path("rows_read").asInt()).isEqualTo(ROWS);
    assertThat(load.path("rows_in_kafka").asInt()).isEqualTo(ROWS);
    assertThat(load.path("rows_in_target").asInt()).isEqualTo(ROWS);
    List<Path> files = Lake.files(folder, file);
    assertThat(load.path("files").asInt()).isEqualTo(files.size()).isEqualTo(3);
    assertThat(load.path("bytes").asLong()).isEqualTo(bytes(files));
    assertThat(Path.of(load.path("folder").asText())).isEqualTo(files.get(0).getParent());

    JsonNode status =
        JSON.readTree(done("status", "--json", "--wait", "--timeout", "10s", file.toString()));
    assertThat(status.path("pipeline").asText()).isEqualTo("done");
    assertThat(status.at("/streams/0/lag").asLong(-1)).isZero();
    assertThat(status.at("/streams/0/plans")).hasSize(1);
    JsonNode plan = status.at("/streams/0/plans/0");
    assertThat(plan.path("state").asText()).isEqualToIgnoringCase("published");
    assertThat(plan.path("plan")).isEqualTo(load.path("plan"));
    assertThat(plan.path("loaded").asInt()).isEqualTo(3);
    assertThat(plan.path("rows").asInt()).isEqualTo(ROWS);

    assertThat(peek("done.trips"))
        .contains("batch 0, ", "run snapshot, plan " + load.path("plan").asText() + " of 3")
        .containsPattern("trip_id +vendor_id +pickup_at")
        .containsPattern("\n *\\d+ +[12] +2024-01-");

    Path local = folder.resolve("local.yaml");
    Files.writeString(local, Files.readString(file).replaceFirst("(?s)kafka:.*", ""));
    assertThat(done("run", "--dry-run", local.toString()))
        .contains("kafka: an embedded broker, not started", "sink: parquet can be written");
  }

  private String peek(String topic) {
    return done("peek", topic, "--kafka", cluster.bootstrapServers(), "--limit", "1");
  }

  private static long bytes(List<Path> files) throws IOException {
    long bytes = 0;
    for (Path file : files) {
      bytes += Files.size(file);
    }
    return bytes;
  }

  private static Set<String> topics() throws Exception {
    Map<String, Object> properties =
        Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
    try (Admin admin = Admin.create(properties)) {
      return admin.listTopics().names().get();
    }
  }

  /** What the commands have left in their folder, but for what they printed. */
  private List<Path> written() throws IOException {
    return filesBelow(folder).stream()
        .filter(file -> !file.getFileName().toString().matches("millrace\\d+\\.(out|err)"))
        .toList();
  }

  private static List<Path> filesBelow(Path start) throws IOException {
    try (Stream<Path> files = Files.walk(start)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** What a command that succeeds prints; it says nothing else. */
  private String done(String... arguments) {
    Ended ended = millrace(arguments);
    assertThat(ended.code).as(ended.err).isZero();
    assertThat(ended.err).isEmpty();
    return ended.out;
  }

  private Ended millrace(String... arguments) {
    return millrace(Map.of(), arguments);
  }

  private Ended millrace(Map<String, String> environment, String... arguments) {
    try (var process = MillraceProcess.start(folder, environment, List.of(), arguments)) {
      return new Ended(process.await(PATIENCE), process.out(), process.err());
    }
  }
}
