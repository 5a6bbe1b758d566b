package io.millrace.benchmarks;

import io.millrace.benchmarks.result.Report;
import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.runtime.config.Setting;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** What all measurements are told: before or behind the command's name. */
final class CommonOptions {
  private final Checkout checkout =
      new Checkout(Path.of(System.getProperty("benchmarks.root", ".")).toAbsolutePath());

  @Option(
      names = "--repeat",
      scope = ScopeType.INHERIT,
      defaultValue = "3",
      description = "How often, in new processes each time. Default: ${DEFAULT-VALUE}")
  private int repeat;

  @Option(
      names = "--set",
      scope = ScopeType.INHERIT,
      paramLabel = "PATH=VALUE",
      description = "A setting of Millrace's pipelines, such as source.tasks=2.")
  private List<String> settings = new ArrayList<>();

  @Option(
      names = "--results",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description =
          "Where results go, instead of benchmarks/results; the page is then written there, too.")
  private Optional<Path> results;

  @Option(
      names = "--work",
      scope = ScopeType.INHERIT,
      paramLabel = "DIR",
      description = "Where databases, logs and outputs lie. Default: benchmarks/target/work")
  private Optional<Path> work;

  Checkout checkout() {
    return checkout;
  }

  int repeat() {
    return repeat;
  }

  List<Setting> settings() {
    return settings.stream().map(Setting::parse).toList();
  }

  /** Where databases, logs and outputs lie. */
  Path work() {
    return work.orElseGet(() -> checkout.root().resolve("benchmarks/target/work")).toAbsolutePath();
  }

  /** Where runs have their folders, each emptied before. */
  Path runs() {
    return work().resolve("run");
  }

  ResultFiles files() {
    return new ResultFiles(results.orElseGet(() -> checkout.root().resolve("benchmarks/results")));
  }

  /** The results of one kind, apart from the others. */
  ResultFiles files(String kind) {
    return new ResultFiles(files().folder().resolve(kind));
  }

  Path page() {
    return results
        .map(folder -> folder.resolve("README.md"))
        .orElseGet(() -> checkout.root().resolve("benchmarks/README.md"));
  }

  /** Writes the tables of paths and ways anew. */
  void report() {
    Report.ofPaths(files(), page()).write();
  }

  /**
   * Measures ways to read one source.
   *
   * @param ways what to do, by their names
   * @param only the names of those that were asked for; null for all
   * @return whether all succeeded
   */
  boolean measure(
      Map<String, Repetition.Run> ways,
      List<String> only,
      String table,
      long rows,
      Map.Entry<String, String> source)
      throws Exception {
    Names.requireKnown("way", only, ways.keySet());
    var repetition = new Repetition(checkout, files(), runs(), settings());
    boolean whole = true;
    for (Map.Entry<String, Repetition.Run> way : ways.entrySet()) {
      if (only == null || only.contains(way.getKey())) {
        whole &=
            repetition.measure(
                new Repetition.Measured(way.getKey(), table, rows, source), repeat, way.getValue());
      }
    }
    report();
    return whole;
  }
}
