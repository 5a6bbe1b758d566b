package io.millrace.benchmarks.path;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Wait;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.benchmarks.server.ConnectWorker.Records;
import io.millrace.benchmarks.table.SourceDatabase.Column;
import io.millrace.runtime.connect.ConnectorConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * What users pick today: Debezium's snapshot into Kafka as flat JSON, then Iceberg's own sink into
 * a table of Parquet files. One after the other, each in a worker of its own, so that neither takes
 * the cores from the other.
 */
public final class DebeziumPath implements MeasuredPath {
  private static final String PREFIX = "bench";
  private static final String SLOT = "benchmarks";
  private static final String SOURCE = "debezium";
  private static final String SINK = "iceberg";

  /** A sink's name is its consumer group's, which must not be its worker's. */
  private static final String CONNECTOR = "bench-%s";

  private static final Duration COMMITS = Duration.ofSeconds(15);
  private static final String CONTROL = "control-iceberg";
  private static final String CREATE_TABLE = "io.millrace.benchmarks.iceberg.CreateTable";

  @Override
  public String name() {
    return "debezium-iceberg";
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException {
    String topic = "%s.public.%s".formatted(PREFIX, bench.table().table());
    dropSlot(bench);
    try (Broker broker = Broker.start(bench.checkout(), bench.folder())) {
      broker.createTopic(topic, 1);
      Pass source = snapshot(bench, broker, topic);
      dropSlot(bench);
      return List.of(source, load(bench, broker, topic, source.wireBytes()));
    }
  }

  private static void dropSlot(Bench bench) throws SQLException {
    bench
        .database()
        .execute(
            """
            SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
            WHERE slot_name = '%1$s' AND NOT active;
            DROP PUBLICATION IF EXISTS %1$s
            """
                .formatted(SLOT));
  }

  private static ConnectWorker worker(Bench bench, Broker broker, String plugin) {
    return ConnectWorker.start(
        bench.checkout(),
        bench.folder().resolve("connect-" + plugin),
        broker,
        bench.checkout().peer(plugin),
        Records.JSON);
  }

  private static Pass snapshot(Bench bench, Broker broker, String topic) {
    try (ConnectWorker worker = worker(bench, broker, SOURCE)) {
      Meter meter = Meter.start(worker.usage(), broker.usage(), bench.database().usage());
      worker.put(new ConnectorConfig(CONNECTOR.formatted(SOURCE), source(bench)));
      var begun = new Begun();
      awaitRows(
          bench.rows(),
          () -> worker.requireWorking(CONNECTOR.formatted(SOURCE)),
          () -> {
            long records = broker.records(topic);
            begun.see(records, meter.seconds());
            return records;
          });
      Meter.Reading reading = meter.read();
      worker.delete(CONNECTOR.formatted(SOURCE));
      return Pass.of(SOURCE, bench.rows(), reading, broker.bytes(topic), 0)
          .steady((bench.rows() - begun.records) / (reading.seconds() - begun.seconds));
    }
  }

  /** When the first records were seen, and how many. */
  private static final class Begun {
    private long records;
    private double seconds;

    void see(long now, double at) {
      if (records == 0 && now > 0) {
        records = now;
        seconds = at;
      }
    }
  }

  private static Map<String, String> source(Bench bench) {
    return new DebeziumSource(bench.database(), PREFIX, SLOT, SLOT, bench.table().table())
        .properties(
            Map.of(
                "publication.autocreate.mode", "filtered",
                "slot.drop.on.stop", "true",
                "snapshot.mode", "initial_only",
                "snapshot.fetch.size", "10240",
                "transforms", "flat",
                "transforms.flat.type", "io.debezium.transforms.ExtractNewRecordState",
                "transforms.flat.delete.tombstone.handling.mode", "drop"));
  }

  private static Pass load(Bench bench, Broker broker, String topic, long wire)
      throws SQLException {
    Path warehouse = bench.folder().resolve("warehouse");
    createTable(bench, warehouse);
    broker.createTopic(CONTROL, 1);
    try (ConnectWorker worker = worker(bench, broker, SINK)) {
      var table = new IcebergTable(warehouse.resolve("benchmarks").resolve(bench.table().table()));
      Meter meter = Meter.start(worker.usage(), broker.usage());
      worker.put(new ConnectorConfig(CONNECTOR.formatted(SINK), sink(bench, topic, warehouse)));
      awaitRows(bench.rows(), () -> worker.requireWorking(CONNECTOR.formatted(SINK)), table::rows);
      Meter.Reading reading = meter.read();
      worker.delete(CONNECTOR.formatted(SINK));
      List<Path> files = table.files();
      bench.check(files);
      Pass pass = Pass.of(SINK, bench.rows(), reading, wire, Bench.bytes(files));
      return table.steadyRowsPerSecond().stream().mapToObj(pass::steady).findFirst().orElse(pass);
    }
  }

  private static void createTable(Bench bench, Path warehouse) throws SQLException {
    Path peer = bench.checkout().peer(SINK);
    var main = new ArrayList<>(List.of(CREATE_TABLE, warehouse.toString(), bench.table().table()));
    main.addAll(
        bench.database().columns(bench.table()).stream()
            .map(column -> column.name() + "=" + icebergType(column))
            .collect(Collectors.toList()));
    try (ChildProcess create =
        ChildProcess.java(
            "create-table",
            bench.folder().resolve("create-table.log"),
            List.of("-Xmx512m"),
            List.of(peer.resolve("classes"), peer.resolve("lib/*")),
            main)) {
      create.awaitSuccess(Duration.ofMinutes(1));
    }
  }

  private static String icebergType(Column column) {
    if (column.type().startsWith("numeric")) {
      return column.type().replace("numeric", "decimal");
    }
    return switch (column.type()) {
      case "integer" -> "int";
      case "bigint" -> "long";
      case "boolean" -> "boolean";
      case "double precision" -> "double";
      case "timestamp without time zone" -> "timestamp";
      default -> "string";
    };
  }

  private static Map<String, String> sink(Bench bench, String topic, Path warehouse) {
    return Map.ofEntries(
        Map.entry("connector.class", "org.apache.iceberg.connect.IcebergSinkConnector"),
        Map.entry("tasks.max", "1"),
        Map.entry("topics", topic),
        Map.entry("iceberg.tables", "benchmarks." + bench.table().table()),
        Map.entry("iceberg.catalog", "local"),
        Map.entry("iceberg.catalog.type", "hadoop"),
        Map.entry("iceberg.catalog.warehouse", warehouse.toString()),
        Map.entry("iceberg.control.commit.interval-ms", Long.toString(COMMITS.toMillis())),
        Map.entry("iceberg.control.topic", CONTROL),
        Map.entry("consumer.override.auto.offset.reset", "earliest"));
  }

  private static void awaitRows(long rows, Runnable requireWorking, LongSupplier count) {
    long[] next = {System.nanoTime() + Duration.ofSeconds(10).toNanos()};
    Wait.until(
        "all rows have arrived",
        Bench.PASS_LIMIT,
        Wait.COARSE,
        () -> {
          if (System.nanoTime() > next[0]) {
            requireWorking.run();
            next[0] = System.nanoTime() + Duration.ofSeconds(10).toNanos();
          }
          return count.getAsLong() >= rows;
        });
  }
}
