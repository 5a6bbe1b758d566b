package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.clickhouse.DebianServer;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.server.ChdbServer.StatementFault;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables through Kafka into tables of ClickHouse, by its own answers. */
class IntoClickHouseIT {
  private static final int ROWS = 300_000;
  private static final int PARTITIONS = 6;

  private static ChdbServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    server = ChdbServer.start();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  @Test
  void aTableArrivesOnceThoughTheSinkIsKilledAndAnswersAreLost() throws Exception {
    server.execute("CREATE DATABASE copy");
    server.execute(
        """
        CREATE TABLE default.events (id UInt64, a Nullable(Int32), x Float64, at DateTime64(3, 'UTC'),
          kind LowCardinality(String), name Nullable(String), price Decimal(18, 4), tags Array(String))
        ENGINE = MergeTree ORDER BY id
        """);
    server.execute(
        """
        INSERT INTO default.events SELECT number, if(number %% 7 = 0, NULL, number * 7 - 1000000),
          sipHash64(number, 1) %% 1000 / 8, toDateTime64(1714521600 + number / 100, 3),
          'kind ' || toString(number %% 20), if(number %% 5 = 0, NULL, hex(sipHash64(number, 2))),
          number / 16, arrayMap(i -> toString(i), range(number %% 4)) FROM numbers(%d)
        """
            .formatted(ROWS));
    Path pipeline = pipeline();

    // The third unit's rows are held up in the server, so that the process dies in their midst.
    server.fail(StatementFault.HELD, "^INSERT", 2, 1);
    try (var run = MillraceProcess.start(folder, "run", pipeline.toString())) {
      await()
          .atMost(PATIENCE)
          .until(() -> (server.lateStatements() > 0 && markers() > 0) || !run.running());
      assertThat(run.running()).as(run.err()).isTrue();
    }
    server.release();
    assertThat(
            server.lines(
                "SELECT count() FROM system.tables WHERE database = 'copy' AND name = 'raw_events'"
                    + " AND total_rows > 0"))
        .as("nothing is seen of half a run")
        .containsExactly("0");

    server.fail(StatementFault.LOST, "REPLACE PARTITION", 0, 1);
    run(pipeline);
    assertSameRows();

    // Another reading of the whole table takes the place of the first one.
    server.execute(
        "ALTER TABLE default.events DELETE WHERE id % 3 = 0 SETTINGS mutations_sync = 2");
    run(pipeline);
    assertSameRows();
    assertThat(server.lines("SELECT name FROM system.tables WHERE database = 'copy'"))
        .containsExactly("raw_events");

    List<String> queries = files(pipeline);
    assertThat(queries).hasSize(PARTITIONS).allMatch(query -> query.startsWith("SELECT * FROM"));
    assertThat(server.lines("SELECT count() FROM (" + String.join(" UNION ALL ", queries) + ")"))
        .isEqualTo(server.lines("SELECT count() FROM default.events"));
  }

  private void run(Path pipeline) {
    try (var run = MillraceProcess.start(folder, "run", pipeline.toString())) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
    }
  }

  private List<String> files(Path pipeline) {
    try (var files = MillraceProcess.start(folder, "files", pipeline.toString())) {
      assertThat(files.await(PATIENCE)).as(files.err()).isZero();
      return files.out().lines().toList();
    }
  }

  private long markers() {
    Path units = folder.resolve("ledger/_millrace/events/copy/units");
    return Files.exists(units) ? Ledgers.markers(units) : 0;
  }

  private static void assertSameRows() {
    String sums =
        "SELECT count(), uniqExact(id), sum(id), sum(cityHash64(tuple(id, a, x,"
            + " toUnixTimestamp64Milli(at), toString(kind), name, price, tags))) FROM ";
    assertThat(server.lines(sums + "copy.raw_events"))
        .isEqualTo(server.lines(sums + "default.events"));
  }

  private Path pipeline() throws Exception {
    Path pipeline = folder.resolve("pipeline.yaml");
    Files.writeString(
        pipeline,
        """
        name: events
        source:
          type: clickhouse
          url: %1$s
          compression: none
          table: default.events
          partition: {column: id, ranges: %2$d}
          tasks: 1
        sinks:
          - type: clickhouse
            name: copy
            url: %1$s
            database: copy
            table: raw_{stream}
            order_by: [id]
            ledger: ledger
            writers: 1
        """
            .formatted(server.url(), PARTITIONS));
    return pipeline;
  }

  @Test
  void theExampleLoadsTheSampleTable() {
    Path pipeline = Path.of("../configs/clickhouse-sink.yaml").toAbsolutePath();

    try (var refused = example(pipeline)) {
      assertThat(refused.await(PATIENCE)).isNotZero();
      assertThat(refused.err()).contains("database lake", "CREATE DATABASE");
    }
    server.execute("CREATE DATABASE lake");
    try (var run = example(pipeline)) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
    }
    assertThat(
            server.lines(
                "SELECT count(), uniqExact(trip_id), countIf(pickup_at IS NULL) FROM"
                    + " lake.raw_trips"))
        .containsExactly("1000000\t1000000\t0");
    var types = new ArrayList<String>();
    for (String name : List.of("trip_id", "pickup_at", "ratecode_id")) {
      types.addAll(
          server.lines(
              "SELECT type FROM system.columns WHERE database = 'lake' AND table = 'raw_trips' AND name = '%s' FORMAT TSVRaw"
                  .formatted(name)));
    }
    assertThat(types.stream().collect(Collectors.joining("; ")))
        .isEqualTo("Int64; DateTime64(6, 'UTC'); Nullable(Int32)");
  }

  @Test
  void aServerThatIsTooOldIsRefusedByItsVersion() throws Exception {
    assumeTrue(DebianServer.missing().isEmpty(), () -> DebianServer.missing().orElse(""));
    Path pipeline = Path.of("../configs/clickhouse-sink.yaml").toAbsolutePath();
    try (var old = DebianServer.start();
        var dry = example(pipeline, old.url(), "secret", "--dry-run")) {
      assertThat(dry.await(PATIENCE)).isNotZero();
      assertThat(dry.err()).contains("ClickHouse 18.16", "too old, 24.3 or later is needed");
    }
  }

  private MillraceProcess example(Path pipeline) {
    return example(pipeline, server.url(), "");
  }

  private MillraceProcess example(Path pipeline, String url, String password, String... more) {
    var arguments =
        new ArrayList<>(List.of("run", pipeline.toString(), "--set", "sinks.0.url=" + url));
    arguments.addAll(List.of(more));
    return MillraceProcess.start(
        folder,
        Map.of("CLICKHOUSE_PASSWORD", password),
        List.of(),
        arguments.toArray(String[]::new));
  }
}
