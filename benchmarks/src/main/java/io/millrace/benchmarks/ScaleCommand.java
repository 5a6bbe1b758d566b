package io.millrace.benchmarks;

import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.result.ScaleReport;
import io.millrace.benchmarks.scale.Point;
import io.millrace.benchmarks.scale.Series;
import io.millrace.benchmarks.table.SourceDatabase;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** Measures how Millrace scales. */
@Command(
    name = "scale",
    mixinStandardHelpOptions = true,
    description =
        "Measure Millrace along rows, tasks, lanes, sink processes, columns and row width: a"
            + " result file for each point in the folder scale of the results.")
final class ScaleCommand implements Callable<Integer> {
  @ParentCommand private Main main;

  @Option(
      names = "--series",
      split = ",",
      paramLabel = "NAME",
      description = "Only these: rows, tasks, lanes, sinks, columns, width.")
  private List<String> series = List.of();

  @Option(
      names = "--unit",
      defaultValue = "1000000",
      paramLabel = "ROWS",
      description =
          "The first point of the rows; the others are multiples. Default: ${DEFAULT-VALUE}")
  private long unit;

  @Override
  public Integer call() throws Exception {
    CommonOptions options = main.options();
    ResultFiles files = options.files("scale");
    boolean whole = true;
    try (SourceDatabase database = SourceDatabase.start(options.work().resolve("postgres"))) {
      for (Series one : Series.of(series)) {
        for (Point point : one.points(unit)) {
          whole &=
              new Measurements(
                      options.checkout(), database, files, options.runs(), point.settings())
                  .measure(point, point.table(), point.rows(), options.repeat());
        }
      }
    }
    new ScaleReport(files, options.page(), Stream.of(Series.values()).map(Series::label).toList())
        .write();
    return whole ? 0 : 1;
  }
}
