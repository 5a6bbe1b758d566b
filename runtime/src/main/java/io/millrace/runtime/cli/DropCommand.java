package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "drop",
    description = {
      "Let the source forget what it keeps for a pipeline that reads its changes, and remove"
          + " the connector and its offsets.",
      "Changes that were not read are lost. What was loaded stays; topics stay."
    })
final class DropCommand implements Callable<Integer> {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(60);

  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--slot",
      description = "Drop the source's place in its log: to be said, since nothing brings it back.")
  private boolean slot;

  DropCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() throws InterruptedException {
    if (!slot) {
      throw MillraceException.configuration("Say what to drop: --slot");
    }
    Pipeline read = pipeline.read(surroundings);
    if (!read.source().readsChanges()) {
      throw MillraceException.configuration(
          "%s reads no changes: there is no slot to drop".formatted(read.file()));
    }
    resetConnector(read);
    Optional<String> dropped = PassingErrors.outlast(() -> read.source().dropLog(read.name()));
    surroundings
        .out()
        .println(dropped.map(what -> "Dropped " + what).orElse("There was no slot to drop"));
    return Main.DONE;
  }

  private void resetConnector(Pipeline read) {
    PrintWriter err = surroundings.err();
    Optional<String> url = read.connect().url();
    if (url.isEmpty()) {
      err.printf(
          "The embedded Connect worker keeps the connector's offsets in .millrace/%s/: remove that"
              + " folder to begin anew%n",
          read.name());
      return;
    }
    String name = ConnectorConfig.name(read);
    var connect = new ConnectClient(url.get());
    if (connect.reset(name, STOP_LIMIT)) {
      connect.delete(name);
      err.printf("Removed connector %s and its offsets%n", name);
    } else {
      err.printf(
          "There is no connector %s: offsets that Connect still has of it make the next one refuse"
              + " to start; drop again then%n",
          name);
    }
  }
}
