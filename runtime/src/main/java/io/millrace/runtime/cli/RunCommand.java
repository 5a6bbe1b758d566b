package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.run.DryRun;
import io.millrace.runtime.run.PipelineRun;
import io.millrace.runtime.run.RunProgress;
import io.millrace.runtime.run.RunSummary;
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
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Mixin
  @SuppressWarnings("UnusedVariable") // the launcher has acted on it
  private MemoryOption memory;

  @Option(
      names = "--once",
      description = "Of a pipeline with run: end when the windows that are closed now are loaded.")
  private boolean once;

  @Option(
      names = "--run",
      paramLabel = "FROM..TO",
      description =
          "Of a pipeline with run: read the windows that begin in this range, also those read"
              + " before, and end. ISO dates or times, in UTC unless they say otherwise.")
  private Optional<String> range;

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
        RunProgress progress =
            json ? ProgressOutput.lines(surroundings) : ProgressOutput.forPeople(surroundings);
        var run =
            new PipelineRun(
                read,
                range(read),
                surroundings.folder(),
                surroundings.clock(),
                progress,
                stop::within)) {
      Optional<RunSummary> summary = run.run();
      progress.close();
      summary.ifPresent(this::print);
      return summary.filter(RunSummary::succeeded).isPresent() ? Main.DONE : Main.FAILED;
    }
  }

  private RunRange range(Pipeline read) {
    if (read.source().readsChanges() && (once || range.isPresent())) {
      throw MillraceException.configuration(
          "Cannot use %s with %s: it reads changes, which have no end"
              .formatted(once ? "--once" : "--run", read.file()));
    }
    if (range.isPresent() && (once || read.run().isEmpty())) {
      throw MillraceException.configuration(
          once
              ? "Cannot use --once with --run: both say where to end"
              : "Cannot read the runs %s: %s has no run:, so that each table is one run"
                  .formatted(range.get(), read.file()));
    }
    return range
        .map(RunRange::parse)
        .orElseGet(
            () ->
                once
                    ? new RunRange.Until(surroundings.clock().instant())
                    : new RunRange.Continuous());
  }

  private void print(RunSummary summary) {
    var text = new SummaryText(summary);
    if (json) {
      surroundings.out().println(Json.of(summary));
    } else if (!summary.loads().isEmpty()) {
      text.print(surroundings.out());
    }
    text.printProblems(surroundings.err());
  }
}
