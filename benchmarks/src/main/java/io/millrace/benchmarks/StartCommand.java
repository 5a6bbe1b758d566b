package io.millrace.benchmarks;

import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.result.StartReport;
import io.millrace.benchmarks.start.Start;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

/** Measures how long commands take from nothing. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description =
        "Measure how long millrace validate takes, and millrace sink until what lies in its topic"
            + " can be read: a result file for each in the folder start of the results.")
final class StartCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Override
  public Integer call() throws Exception {
    CommonOptions options = main.options();
    ResultFiles files = options.files(Start.LABEL);
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(options.work().resolve("postgres"))) {
      database.fill(TestTable.NARROW, Start.ROWS);
      var repetition =
          new Repetition(options.checkout(), files, options.runs(), options.settings());
      for (Start start : Start.values()) {
        whole &=
            repetition.measure(
                new Repetition.Measured(
                    start.label(),
                    Start.LABEL,
                    Start.ROWS,
                    Map.entry("Postgres", database.version())),
                options.repeat(),
                folder -> start.measure(options.checkout(), database, folder));
      }
    }
    new StartReport(files, options.page()).write();
    return whole ? 0 : 1;
  }
}
