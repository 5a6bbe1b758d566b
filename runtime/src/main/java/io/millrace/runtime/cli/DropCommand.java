package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import io.millrace.runtime.run.KeptServices;
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
    String name = ConnectorConfig.name(read);
    try (var services = KeptServices.of(surroundings.folder(), read.name())) {
      boolean removed =
          read.connect()
              .url()
              .or(() -> services.startConnect(read))
              .filter(url -> remove(new ConnectClient(url), name))
              .isPresent();
      surroundings
          .err()
          .printf(
              removed
                  ? "Removed connector %s and its offsets%n"
                  : "There is no connector %s: offsets that Connect still has of it make the next"
                      + " one refuse to start; drop again then%n",
              name);
    }
  }

  private static boolean remove(ConnectClient connect, String name) {
    boolean there = connect.reset(name, STOP_LIMIT);
    if (there) {
      connect.delete(name);
    }
    return there;
  }
}
