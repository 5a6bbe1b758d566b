package io.millrace.benchmarks;

import io.millrace.benchmarks.path.AcrossLogPath;
import io.millrace.benchmarks.result.Report;
import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Measures what the log costs. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description =
        "Measure what the log costs: reader and writer in one JVM, without Kafka and with Kafka"
            + " between them, records not compressed, by LZ4, by zstd. Results lie in the folder"
            + " log of the results.")
final class LogCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(
      names = "--table",
      split = ",",
      defaultValue = "trips",
      paramLabel = "NAME",
      description = "What to move, as of benchmarks/run. Default: ${DEFAULT-VALUE}")
  private List<String> tables;

  @Override
  public Integer call() throws Exception {
    CommonOptions options = main.options();
    List<TestTable> chosen = tables.stream().map(TestTable::of).toList();
    ResultFiles files = options.files("log");
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(options.work().resolve("postgres"))) {
      var measurements =
          new Measurements(options.checkout(), database, files, options.runs(), List.of());
      for (TestTable table : chosen) {
        for (AcrossLogPath path : AcrossLogPath.all()) {
          whole &= measurements.measure(path, table, table.usualRows(), options.repeat());
        }
      }
    }
    Report.ofLog(files, options.page()).write();
    return whole ? 0 : 1;
  }
}
