package io.millrace.benchmarks.result;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A table of how late changes are, put between two marks in the page. */
public final class LatencyReport {
  private final ResultFiles files;
  private final Path page;

  /** The page is created where it is missing. */
  public LatencyReport(ResultFiles files, Path page) {
    this.files = files;
    this.page = page;
  }

  /** Writes the page. */
  public void write() {
    List<Result> all =
        files.newest().values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingDouble(result -> result.last().delays().median()))
            .toList();
    PageSection section = PageSection.of(page, "latency", "benchmarks/run latency");
    if (all.isEmpty()) {
      section.write("");
      return;
    }
    var text = new StringBuilder(Report.conditions(all)).append("\n\n");
    text.append(
        """
        | settings | half within, s | 99 % within, s | the latest, s | worker's CPU, % of a core | sink's |
        | --- | --- | --- | --- | --- | --- |
        """);
    for (Result result : all) {
      Pass pass = result.last();
      text.append(
          "| `%s` | %s | %s | %s | %s | %s |\n"
              .formatted(
                  String.join("`, `", result.settings()),
                  Report.figure(pass.delays().median()),
                  Report.figure(pass.delays().p99()),
                  Report.figure(pass.delays().most()),
                  percent(pass, "worker"),
                  percent(pass, "sink")));
    }
    section.write(text.toString());
  }

  private static String percent(Pass pass, String role) {
    return Report.figure(100 * pass.processes().get(role).cpuSeconds() / pass.seconds());
  }
}
