package io.millrace.runtime.cli;

import io.millrace.runtime.config.Pipeline;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "resnapshot",
    description = {
      "Ask the pipeline's connector to read a table once more, while it goes on reading changes.",
      "Writes a message into the source's log; the connector takes a snapshot when it has stored"
          + " that it has seen it."
    })
final class ResnapshotCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      required = true,
      description = "The table, such as public.orders, or its stream.")
  private String table;

  ResnapshotCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    Pipeline read = pipeline.read(surroundings);
    String asked = PassingErrors.outlast(() -> read.source().resnapshot(read.name(), table));
    surroundings
        .out()
        .printf(
            "Asked for %s: its next plan follows when Kafka Connect has stored its offsets%n",
            asked);
    return Main.DONE;
  }
}
