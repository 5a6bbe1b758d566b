package io.millrace.benchmarks.result;

import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * A table of how long commands take from nothing, as a section of the page.
 *
 * @param page created where it is missing
 */
public record StartReport(ResultFiles files, Path page) {
  /** Writes the page. */
  public void write() {
    List<Result> all =
        files.newest().values().stream()
            .flatMap(List::stream)
            .sorted(Comparator.comparingDouble(result -> result.last().seconds()))
            .toList();
    PageSection section = PageSection.of(page, "start", "benchmarks/run start");
    if (all.isEmpty()) {
      section.write("");
      return;
    }
    var text = new StringBuilder(Report.conditions(all)).append("\n\n");
    text.append("| command | seconds, median | least | most |\n| --- | --- | --- | --- |\n");
    for (Result result : all) {
      double[] seconds =
          result.runs().stream().mapToDouble(run -> run.get(0).seconds()).sorted().toArray();
      text.append(
          String.format(
              Locale.ROOT,
              "| `millrace %s` | %.2f | %.2f | %.2f |%n",
              result.path(),
              result.last().seconds(),
              seconds[0],
              seconds[seconds.length - 1]));
    }
    section.write(text.toString());
  }
}
