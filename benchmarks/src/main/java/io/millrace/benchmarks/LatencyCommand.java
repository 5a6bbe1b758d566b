package io.millrace.benchmarks;

import io.millrace.benchmarks.changes.Latency;
import io.millrace.benchmarks.result.LatencyReport;
import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.table.SourceDatabase;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Measures how late changes are. */
@Command(
    name = "latency",
    mixinStandardHelpOptions = true,
    description =
        "Measure how long it takes from a commit until readers see the row, under a hundred"
            + " transactions a second, by the settings that matter: a result file for each in the"
            + " folder latency of the results.")
final class LatencyCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "Only these settings, such as changes-1000.")
  private List<String> only;

  @Override
  public Integer call() throws Exception {
    CommonOptions options = main.options();
    List<Latency> all = Latency.all();
    Names.requireKnown("point", only, all.stream().map(Latency::name).toList());
    ResultFiles files = options.files("latency");
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(options.work().resolve("postgres"))) {
      for (Latency latency : all) {
        if (only == null || only.contains(latency.name())) {
          whole &=
              new Repetition(options.checkout(), files, options.runs(), latency.settings())
                  .measure(
                      new Repetition.Measured(
                          latency.name(),
                          Latency.LABEL,
                          latency.rows(),
                          Map.entry("Postgres", database.version())),
                      options.repeat(),
                      folder -> latency.measure(options.checkout(), database, folder));
        }
      }
    }
    new LatencyReport(files, options.page()).write();
    return whole ? 0 : 1;
  }
}
