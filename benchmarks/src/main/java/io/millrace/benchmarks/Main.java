package io.millrace.benchmarks;

import io.millrace.benchmarks.path.CopyLimit;
import io.millrace.benchmarks.path.DebeziumPath;
import io.millrace.benchmarks.path.MeasuredPath;
import io.millrace.benchmarks.path.MillracePath;
import io.millrace.benchmarks.path.MillraceRunPath;
import io.millrace.benchmarks.path.SinkPath;
import io.millrace.benchmarks.path.SparkPath;
import io.millrace.benchmarks.path.WithoutLogPath;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What {@code benchmarks/run} starts. */
@Command(
    name = "benchmarks/run",
    mixinStandardHelpOptions = true,
    subcommands = {
      ClickHouseCommand.class,
      ChangesCommand.class,
      LatencyCommand.class,
      LogCommand.class,
      ScaleCommand.class,
      StartCommand.class
    },
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

  @Mixin private final CommonOptions options = new CommonOptions();

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
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description =
          "Only these paths: copy, copy-two, millrace, millrace-run, millrace-sink,"
              + " millrace-without-log, spark, debezium-iceberg.")
  private List<String> only;

  @Option(
      names = "--resume",
      description =
          "Leave out what has a result of this commit with as many rows, runs and the same"
              + " settings.")
  private boolean resume;

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
    options.report();
    return 0;
  }

  /** What all measurements are told. */
  CommonOptions options() {
    return options;
  }

  @Override
  public Integer call() throws Exception {
    List<TestTable> chosen = tables.stream().map(TestTable::of).toList();
    List<MeasuredPath> paths = paths();
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(options.work().resolve("postgres"))) {
      var measurements =
          new Measurements(
              options.checkout(), database, options.files(), options.runs(), options.settings());
      for (TestTable table : chosen) {
        long count = rows.orElse(table.usualRows());
        for (MeasuredPath path : paths) {
          if (resume && measurements.has(path, table, count, options.repeat())) {
            System.err.printf("%s with %s: measured already%n", path.name(), table.label());
          } else {
            whole &= measurements.measure(path, table, count, options.repeat());
          }
        }
      }
    }
    options.report();
    return whole ? 0 : 1;
  }

  private List<MeasuredPath> paths() {
    Names.requireKnown("path", only, PATHS.stream().map(MeasuredPath::name).toList());
    return PATHS.stream().filter(path -> only == null || only.contains(path.name())).toList();
  }
}
