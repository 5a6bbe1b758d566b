package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
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
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process keeps its {@code --memory}, however the rows are divided. */
class MemoryIT {
  private static final long ROWS = 3_000_000;
  private static final String WIDE = "public.wide";
  private static final int WIDE_ROWS = 12_000;
  private static final int WIDE_COLUMNS = 200;
  private static final long MIB = 1 << 20;

  @TempDir private static Path shared;
  private static EmbeddedPostgres postgres;

  @TempDir private Path folder;

  @BeforeAll
  static void fill() throws Exception {
    postgres = EmbeddedPostgres.start(shared, Map.of("fsync", "off"));
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "")) {
      SampleTrips.fill(connection, ROWS);
      // Texts that do not repeat: no column of them gives its memory back early.
      String texts =
          IntStream.range(0, WIDE_COLUMNS)
              .mapToObj(i -> "md5(%d || ' ' || n) AS t%d".formatted(i, i))
              .collect(Collectors.joining(", "));
      connection
          .createStatement()
          .execute(
              "CREATE TABLE %s AS SELECT n, %s FROM generate_series(1, %d) AS n"
                  .formatted(WIDE, texts, WIDE_ROWS));
    }
  }

  @AfterAll
  static void stop() {
    postgres.close();
  }

  @ParameterizedTest(name = "{0} partitions read by {1} tasks")
  @CsvSource({"1, 1", "16, 16"})
  void stays(int partitions, int tasks) throws Exception {
    run(SampleTrips.TABLE, partitions, tasks);
    try (var kafka = kafka()) {
      sinkAlone(kafka, source(SampleTrips.TABLE, partitions, tasks), "alone", partitions);
    }
  }

  /** Each Partition is more than a row group, and both writers are at work. */
  @Test
  void staysWithWideRowsOfText() throws Exception {
    run(WIDE, 2, 2);
    try (var kafka = kafka()) {
      String source = source(WIDE, 2, 2);
      sinkAlone(kafka, source, "wide", 2);
      Path tooMuch = pipeline(kafka, source, "much", "    writers: 3\n    row_group_size: 64m\n");
      try (var sink = sink(tooMuch)) {
        assertThat(sink.await(PATIENCE)).isEqualTo(2);
        assertThat(sink.err()).contains("writers", "row_group_size", "raise --memory by");
      }
    }
  }

  private void run(String table, int partitions, int tasks) throws Exception {
    Path pipeline = folder.resolve("memory.yaml");
    Files.writeString(
        pipeline,
        source(table, partitions, tasks)
            + """
            sinks:
              - type: parquet
                name: lake
                path: lake/{stream}/{run}/
            """);
    try (var run =
        MillraceProcess.start(folder, "run", pipeline.toString(), "--memory", "1g", "--json")) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
      long peak = new ObjectMapper().readTree(run.out()).path("peak_memory_bytes").asLong();
      assertThat(peak).isBetween(1L, 1024 * MIB);
    }
    Lake.assertSameRows(folder, pipeline, postgres.jdbcUrl(), postgres.user(), table);
  }

  /** The broker that the run has left its topics in. */
  private EmbeddedKafka kafka() {
    return EmbeddedKafka.start(folder.resolve(".millrace/memory/kafka"));
  }

  /** Loads the same topic once more, by a sink that is a process of its own. */
  private void sinkAlone(EmbeddedKafka kafka, String source, String name, int files)
      throws IOException {
    try (var sink = sink(pipeline(kafka, source, name, ""))) {
      await()
          .atMost(PATIENCE)
          .until(() -> !sink.running() || Lake.visible(folder.resolve(name)).size() == files);
      assertThat(sink.running()).as(sink.err()).isTrue();
      assertThat(sink.peakBytes()).isBetween(1L, 512 * MIB);
      System.out.printf("%s: %d MiB at most%n", name, sink.peakBytes() / MIB);
    }
  }

  private MillraceProcess sink(Path pipeline) {
    return MillraceProcess.start(folder, "sink", pipeline.toString(), "--memory", "512m");
  }

  private Path pipeline(EmbeddedKafka kafka, String source, String name, String options)
      throws IOException {
    return Files.writeString(
        folder.resolve(name + ".yaml"),
        source
            + """
            sinks:
              - type: parquet
                name: %s
                path: %s/{stream}/{run}/
            %skafka: {bootstrap.servers: '%s'}
            """
                .formatted(name, name, options, kafka.bootstrapServers()));
  }

  private static String source(String table, int partitions, int tasks) {
    return """
    name: memory
    source:
      type: postgres
      url: %s
      user: %s
      table: %s
      partition: {ranges: %d}
      tasks: %d
    """
        .formatted(postgres.jdbcUrl(), postgres.user(), table, partitions, tasks);
  }
}
