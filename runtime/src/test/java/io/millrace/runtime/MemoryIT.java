package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process keeps its {@code --memory}, however the rows are divided. */
class MemoryIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final long ROWS = 3_000_000;
  private static final long MIB = 1 << 20;

  @TempDir private static Path shared;
  private static EmbeddedPostgres postgres;

  @TempDir private Path folder;

  @BeforeAll
  static void fill() throws Exception {
    postgres = EmbeddedPostgres.start(shared, Map.of("fsync", "off"));
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "")) {
      SampleTrips.fill(connection, ROWS);
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @ParameterizedTest(name = "{0} partitions read by {1} tasks")
  @CsvSource({"1, 1", "16, 16"})
  void stays(int partitions, int tasks) throws Exception {
    Path pipeline = folder.resolve("memory.yaml");
    Files.writeString(pipeline, yaml(partitions, tasks, "", "lake/{stream}/{run}/"));
    try (var run =
        MillraceProcess.start(folder, "run", pipeline.toString(), "--memory", "1g", "--json")) {
      assertThat(run.await(LIMIT)).as(run.err()).isZero();
      long peak = new ObjectMapper().readTree(run.out()).path("peak_memory_bytes").asLong();
      assertThat(peak).isBetween(1L, 1024 * MIB);
    }
    Lake.assertSameRows(folder, pipeline, postgres.jdbcUrl(), postgres.user(), SampleTrips.TABLE);
    sinkAlone(partitions, tasks);
  }

  /** Loads the same topic once more, by a sink that is a process of its own. */
  private void sinkAlone(int partitions, int tasks) throws IOException {
    try (var kafka = EmbeddedKafka.start(folder.resolve(".millrace/memory/kafka"))) {
      Path pipeline = folder.resolve("alone.yaml");
      String servers = "kafka: {bootstrap.servers: '%s'}\n".formatted(kafka.bootstrapServers());
      Files.writeString(pipeline, yaml(partitions, tasks, servers, "alone/{stream}/{run}/"));
      try (var sink =
          MillraceProcess.start(folder, "sink", pipeline.toString(), "--memory", "512m")) {
        await()
            .atMost(LIMIT)
            .until(
                () ->
                    !sink.running() || Lake.visible(folder.resolve("alone")).size() == partitions);
        assertThat(sink.running()).as(sink.err()).isTrue();
        assertThat(sink.peakBytes()).isBetween(1L, 512 * MIB);
      }
    }
  }

  private static String yaml(int partitions, int tasks, String kafka, String path) {
    return """
    name: memory
    source:
      type: postgres
      url: %s
      user: %s
      table: public.trips
      partition: {ranges: %d}
      tasks: %d
    sinks:
      - type: parquet
        name: %s
        path: %s
    %s\
    """
        .formatted(
            postgres.jdbcUrl(),
            postgres.user(),
            partitions,
            tasks,
            path.startsWith("alone") ? "alone" : "lake",
            path,
            kafka);
  }
}
