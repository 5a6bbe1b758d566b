package io.millrace.runtime.cli;

import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.run.BarProgress;
import io.millrace.runtime.run.DryRun;
import io.millrace.runtime.run.PipelineRun;
import io.millrace.runtime.run.PlainProgress;
import io.millrace.runtime.run.RunProgress;
import io.millrace.runtime.run.RunSummary;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "run",
    description = {
      "Run the whole pipeline: read its source, load its sinks, check the counts.",
      "What the file leaves out (Kafka, Kafka Connect, a sample database) is started in this"
          + " process and keeps its data in .millrace/<pipeline>/ of the current directory. Ctrl-C"
          + " stops in order; the next start goes on."
    })
final class RunCommand implements Callable<Integer> {
  /** Set by the launcher where messages go to a terminal. */
  private static final String TERMINAL = "millrace.terminal";

  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Mixin
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private MemoryOption memory;

  @Option(
      names = "--dry-run",
      description = "Check connections, table, schema and targets; write nothing.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print the summary as JSON.")
  private boolean json;

  RunCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Pipeline read = pipeline.read(surroundings);
    if (dryRun) {
      new DryRun(read, surroundings.folder(), surroundings.clock())
          .check(line -> surroundings.out().println(line));
      return Main.DONE;
    }
    try (var stop = new StopSignal();
        RunProgress progress = progress();
        var run =
            new PipelineRun(
                read, surroundings.folder(), surroundings.clock(), progress, stop::within)) {
      Optional<RunSummary> summary = run.run();
      progress.close();
      summary.ifPresent(this::print);
      return summary.map(done -> agrees(done) ? Main.DONE : Main.FAILED).orElse(Main.FAILED);
    }
  }

  /** A bar where somebody watches, lines where a log does. */
  private RunProgress progress() {
    return json || !Boolean.getBoolean(TERMINAL)
        ? new PlainProgress(surroundings.err())
        : new BarProgress(System.err);
  }

  private static boolean agrees(RunSummary summary) {
    return summary.loads().stream().allMatch(RunSummary.Load::agrees);
  }

  private void print(RunSummary summary) {
    PrintWriter out = surroundings.out();
    if (json) {
      out.println(Json.of(summary));
      return;
    }
    for (RunSummary.Load load : summary.loads()) {
      out.printf(
          Locale.ROOT,
          "%s -> %s: run %s, plan %s, %d partitions%n",
          load.stream(),
          load.sink(),
          load.run(),
          load.plan(),
          load.partitions());
      out.printf(
          Locale.ROOT,
          "  rows read %,d %s rows in Kafka %,d%s %s rows in Parquet %,d%n",
          load.rowsRead(),
          sign(load.rowsRead(), load.rowsInKafka()),
          load.rowsInKafka(),
          load.rowsFiltered() == 0 ? "" : " - %,d filtered out".formatted(load.rowsFiltered()),
          sign(load.rowsKept(), load.rowsInTarget()),
          load.rowsInTarget());
      out.printf(
          Locale.ROOT,
          "  %d files, %.1f MB in %s%n",
          load.files(),
          load.bytes() / 1e6,
          load.folder());
    }
    out.printf(
        Locale.ROOT,
        "%.1f s, peak memory %d MiB%n",
        summary.seconds(),
        summary.peakMemoryBytes() >> 20);
    if (!agrees(summary)) {
      surroundings
          .err()
          .println("The counts do not agree: please report this with the ledger's files");
    }
  }

  private static String sign(long one, long other) {
    return one == other ? "=" : "!=";
  }
}
