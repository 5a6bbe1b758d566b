package io.millrace.benchmarks.result;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A table for each series of points, made of result files whose paths are named {@code
 * <series>-<value>}, and put between two marks in the page.
 */
public final class ScaleReport {
  private final ResultFiles files;
  private final Path page;
  private final List<String> series;

  /** The series are written in this order; the page is created where it is missing. */
  public ScaleReport(ResultFiles files, Path page, List<String> series) {
    this.files = files;
    this.page = page;
    this.series = series;
  }

  /** Writes the page. */
  public void write() {
    List<Result> all =
        files.newest().values().stream().flatMap(List::stream).collect(Collectors.toList());
    var text = new StringBuilder();
    for (String name : series) {
      List<Result> points =
          all.stream()
              .filter(result -> result.path().startsWith(name + "-"))
              .sorted(Comparator.comparingLong(ScaleReport::value))
              .toList();
      if (!points.isEmpty()) {
        write(name, points, text);
      }
    }
    PageSection.of(page, "scale", "benchmarks/run scale").write(text.toString());
  }

  private static long value(Result result) {
    return Long.parseLong(result.path().substring(result.path().indexOf('-') + 1));
  }

  private static void write(String name, List<Result> points, StringBuilder text) {
    text.append("### By %s\n\n%s\n\n".formatted(name, Report.conditions(points)));
    text.append(
        """
        | %s | table | rows | seconds, last pass | rows/s, first pass | last | in flow | MB/s on the wire | CPU-s, last | broker's | source's | peak memory, MiB |
        | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
        """
            .formatted(name));
    for (Result point : points) {
      for (Line line : Line.of(point, "")) {
        Pass last = point.last();
        text.append(
            "| %s | `%s` | %s | %.1f | %s | %s | %s | %s | %s | %s | %s | %s |\n"
                .formatted(
                    Report.count(value(point)),
                    point.table(),
                    Report.count(last.rows()),
                    last.seconds(),
                    Report.rate(line.first()),
                    Report.rate(line.second()),
                    Report.rate(line.flow()),
                    Report.figure(last.wireBytes() / last.seconds() / 1e6),
                    Report.figure(line.cpu()),
                    Report.figure(line.brokerCpu()),
                    Report.figure(line.sourceCpu()),
                    peaks(line)));
      }
    }
    text.append("\n");
  }

  private static String peaks(Line line) {
    return line.peakMebibytes().entrySet().stream()
        .map(peak -> peak.getKey() + " " + peak.getValue())
        .collect(Collectors.joining(", "));
  }
}
