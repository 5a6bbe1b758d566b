package io.millrace.benchmarks;

import io.millrace.benchmarks.changes.ChangeLog;
import io.millrace.benchmarks.changes.ChangesWay;
import io.millrace.benchmarks.changes.Latency;
import io.millrace.benchmarks.clickhouse.ClickHouseServer;
import io.millrace.benchmarks.clickhouse.ClickHouseWay;
import io.millrace.benchmarks.path.CopyLimit;
import io.millrace.benchmarks.path.DebeziumPath;
import io.millrace.benchmarks.path.MeasuredPath;
import io.millrace.benchmarks.path.MillracePath;
import io.millrace.benchmarks.path.MillraceRunPath;
import io.millrace.benchmarks.path.SinkPath;
import io.millrace.benchmarks.path.SparkPath;
import io.millrace.benchmarks.path.WithoutLogPath;
import io.millrace.benchmarks.result.LatencyReport;
import io.millrace.benchmarks.result.Report;
import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.result.ScaleReport;
import io.millrace.benchmarks.scale.Point;
import io.millrace.benchmarks.scale.Series;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.runtime.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What {@code benchmarks/run} starts. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    description = {
      "Measure whole paths on this machine, and write the figures and the page.",
      "benchmarks/run jmh [PATTERN] measures the parts with JMH; benchmarks/run report only writes"
          + " the page of the results that there are.",
    })
public final class Main implements Callable<Integer> {
  private static final List<MeasuredPath> PATHS =
      List.of(
          new CopyLimit("copy", 1),
          new CopyLimit("copy-two", 2),
          new MillracePath(),
          new MillraceRunPath(),
          new SinkPath(),
          new WithoutLogPath(),
          new SparkPath(),
          new DebeziumPath());

  private final Checkout checkout =
      new Checkout(Path.of(System.getProperty("benchmarks.root", ".")).toAbsolutePath());

  @Option(
      names = "--table",
      split = ",",
      defaultValue = "trips,trips-even",
      paramLabel = "NAME",
      description =
          "What to move: trips, trips-even, narrow, wide, texts, documents, payload-16,"
              + " payload-256, payload-4096. Default: ${DEFAULT-VALUE}")
  private List<String> tables;

  @Option(names = "--rows", description = "How many rows; left out, what suits the table.")
  private Optional<Long> rows;

  @Option(
      names = "--repeat",
      defaultValue = "3",
      description = "How often, in new processes each time. Default: ${DEFAULT-VALUE}")
  private int repeat;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these paths: copy, copy-two, millrace, millrace-run, millrace-sink,"
              + " millrace-without-log, spark, debezium-iceberg.")
  private List<String> only = List.of();

  @Option(
      names = "--resume",
      description =
          "Leave out what has a result of this commit with as many rows, runs and the same"
              + " settings.")
  private boolean resume;

  @Option(
      names = "--set",
      paramLabel = "PATH=VALUE",
      description = "A setting of Millrace's pipelines, such as source.tasks=2.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--results",
      paramLabel = "DIR",
      description =
          "Where results go, instead of benchmarks/results; the page is then written there, too.")
  private Optional<Path> results;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Where databases, logs and outputs lie. Default: benchmarks/target/work")
  private Optional<Path> work;

  /** Starts the command line. */
  public static void main(String[] args) {
    // Stopped in the middle, it leaves no server behind that the next measurement would share with.
    var killing =
        new Thread(
            () -> ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly));
    Runtime.getRuntime().addShutdownHook(killing);
    System.exit(new CommandLine(new Main()).execute(args));
  }

  /** Writes the page anew. */
  @Command(name = "report", description = "Write the page of the results that there are.")
  public int report() {
    new Report(files(), page()).write();
    return 0;
  }

  /** Measures how Millrace scales. */
  @Command(
      name = "scale",
      description =
          "Measure Millrace along rows, tasks, lanes, sink processes, columns and row width: a"
              + " result file for each point in the folder scale of the results.")
  public int scale(
      @Option(
              names = "--series",
              split = ",",
              paramLabel = "NAME",
              description = "Only these: rows, tasks, lanes, sinks, columns, width.")
          List<String> series,
      @Option(
              names = "--unit",
              defaultValue = "1000000",
              paramLabel = "ROWS",
              description =
                  "The first point of the rows; the others are multiples. Default:"
                      + " ${DEFAULT-VALUE}")
          long unit)
      throws Exception {
    Path folder = work();
    var scaleFiles = new ResultFiles(files().folder().resolve("scale"));
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(folder.resolve("postgres"))) {
      for (Series one : Series.of(series == null ? List.of() : series)) {
        for (Point point : one.points(unit)) {
          var measurements =
              new Measurements(
                  checkout, database, scaleFiles, folder.resolve("run"), point.settings());
          whole &= measurements.measure(point, point.table(), point.rows(), repeat);
        }
      }
    }
    new ScaleReport(scaleFiles, page(), Stream.of(Series.values()).map(Series::label).toList())
        .write();
    return whole ? 0 : 1;
  }

  /** Measures ways to read ClickHouse. */
  @Command(
      name = "clickhouse",
      description =
          "Measure ways to read ClickHouse on the same answer, decoding from memory, and the path"
              + " through Kafka into Parquet. Without --server it is the engine of npm's package"
              + " chdb (docs/testing.md).")
  public int clickhouse(
      @Option(
              names = "--rows",
              defaultValue = "10000000",
              description = "How many rows, in whole millions. Default: ${DEFAULT-VALUE}")
          long count,
      @Option(
              names = "--server",
              paramLabel = "URL",
              description = "A ClickHouse that lets the user default in without a password.")
          String server,
      @Option(
              names = "--only",
              split = ",",
              paramLabel = "NAME",
              description = "Only these ways, such as clickhouse-native.")
          List<String> ways)
      throws Exception {
    Path folder = work();
    boolean whole = true;
    try (ClickHouseServer source =
        server == null
            ? ClickHouseServer.start(checkout, folder.resolve("clickhouse"))
            : ClickHouseServer.at(server)) {
      source.fill(count);
      List<Setting> set = settings.stream().map(Setting::parse).toList();
      var repetition = new Repetition(checkout, files(), folder.resolve("run"), set);
      for (ClickHouseWay way : ClickHouseWay.all()) {
        if (ways == null || ways.contains(way.name())) {
          whole &=
              repetition.measure(
                  new Repetition.Measured(
                      way.name(),
                      ClickHouseServer.LABEL,
                      count,
                      Map.entry("ClickHouse", source.version())),
                  repeat,
                  own -> way.measure(new ClickHouseWay.Setup(checkout, source, set, own), count));
        }
      }
    }
    report();
    return whole ? 0 : 1;
  }

  /** Measures change capture. */
  @Command(
      name = "changes",
      description =
          "Measure how fast committed changes are read from a slot of Postgres: Millrace's"
              + " connector, the path into Parquet, Debezium's connector, and the slot read to"
              + " nothing.")
  public int changes(
      @Option(
              names = "--changes",
              defaultValue = "1000000",
              description = "How many changes, half of them updates. Default: ${DEFAULT-VALUE}")
          long count,
      @Option(
              names = "--only",
              split = ",",
              paramLabel = "NAME",
              description = "Only these ways, such as changes-millrace.")
          List<String> ways)
      throws Exception {
    Path folder = work();
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(folder.resolve("postgres"))) {
      ChangeLog log =
          ChangeLog.write(
              checkout, database, count, Repetition.emptied(folder.resolve("run/slot")));
      List<Setting> set = settings.stream().map(Setting::parse).toList();
      var repetition = new Repetition(checkout, files(), folder.resolve("run"), set);
      for (ChangesWay way : ChangesWay.all()) {
        if (ways == null || ways.contains(way.name())) {
          whole &=
              repetition.measure(
                  new Repetition.Measured(
                      way.name(),
                      ChangeLog.LABEL,
                      count,
                      Map.entry("Postgres", database.version())),
                  repeat,
                  own -> way.measure(new ChangesWay.Setup(checkout, log, set, own)));
        }
      }
    }
    report();
    return whole ? 0 : 1;
  }

  /** Measures how late changes are. */
  @Command(
      name = "latency",
      description =
          "Measure how long it takes from a commit until readers see the row, under a hundred"
              + " transactions a second, by the settings that matter: a result file for each in the"
              + " folder latency of the results.")
  public int latency(
      @Option(
              names = "--only",
              split = ",",
              paramLabel = "NAME",
              description = "Only these settings, such as changes-1000.")
          List<String> names)
      throws Exception {
    Path folder = work();
    var latencyFiles = new ResultFiles(files().folder().resolve("latency"));
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(folder.resolve("postgres"))) {
      for (Latency latency : Latency.all()) {
        if (names == null || names.contains(latency.name())) {
          var repetition =
              new Repetition(checkout, latencyFiles, folder.resolve("run"), latency.settings());
          whole &=
              repetition.measure(
                  new Repetition.Measured(
                      latency.name(),
                      Latency.LABEL,
                      latency.rows(),
                      Map.entry("Postgres", database.version())),
                  repeat,
                  own -> latency.measure(checkout, database, own));
        }
      }
    }
    new LatencyReport(latencyFiles, page()).write();
    return whole ? 0 : 1;
  }

  private Path work() {
    return work.orElseGet(() -> checkout.root().resolve("benchmarks/target/work")).toAbsolutePath();
  }

  @Override
  public Integer call() throws Exception {
    List<TestTable> chosen = tables.stream().map(TestTable::of).toList();
    List<MeasuredPath> paths = paths();
    Path folder = work();
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(folder.resolve("postgres"))) {
      var measurements =
          new Measurements(
              checkout,
              database,
              files(),
              folder.resolve("run"),
              settings.stream().map(Setting::parse).toList());
      for (TestTable table : chosen) {
        long count = rows.orElse(table.usualRows());
        for (MeasuredPath path : paths) {
          if (resume && measurements.has(path, table, count, repeat)) {
            System.err.printf("%s with %s: measured already%n", path.name(), table.label());
          } else {
            whole &= measurements.measure(path, table, count, repeat);
          }
        }
      }
    }
    report();
    return whole ? 0 : 1;
  }

  private List<MeasuredPath> paths() {
    List<String> names = PATHS.stream().map(MeasuredPath::name).collect(Collectors.toList());
    for (String name : only) {
      if (!names.contains(name)) {
        throw new IllegalArgumentException(
            "There is no path %s: take of %s".formatted(name, names));
      }
    }
    return PATHS.stream().filter(path -> only.isEmpty() || only.contains(path.name())).toList();
  }

  private ResultFiles files() {
    return new ResultFiles(results.orElseGet(() -> checkout.root().resolve("benchmarks/results")));
  }

  private Path page() {
    return results
        .map(folder -> folder.resolve("README.md"))
        .orElseGet(() -> checkout.root().resolve("benchmarks/README.md"));
  }
}
