package io.millrace.benchmarks.result;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;

/** A table of how late changes are, put between two marks in the page. */
public final class LatencyReport {
  private static final String BEGIN =
      "<!-- latency: made by benchmarks/run latency, do not edit -->";
  private static final String END = "<!-- end of latency -->";

  private final ResultFiles files;
  private final Path page;

  /** Where the page is missing, or has no marks, they are put at its end. */
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
    try {
      String old = Files.exists(page) ? Files.readString(page) : "";
      if (!old.contains(BEGIN)) {
        old += "\n" + BEGIN + "\n" + END + "\n";
      }
      Files.writeString(page, Report.between(old, text.toString(), BEGIN, END));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String percent(Pass pass, String role) {
    return Report.figure(100 * pass.processes().get(role).cpuSeconds() / pass.seconds());
  }
}
