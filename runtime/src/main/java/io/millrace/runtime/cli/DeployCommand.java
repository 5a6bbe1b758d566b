package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import io.millrace.runtime.connect.ConnectorStatus;
import io.millrace.runtime.connect.Deployment;
import io.millrace.runtime.connect.KafkaCluster;
import java.security.SecureRandom;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "deploy",
    description = {
      "Create or update the pipeline's connector on its Kafka Connect cluster.",
      "Creates the topics, lets the cluster check the connector's configuration and waits until the"
          + " connector runs. References to secrets are handed over as they are."
    })
final class DeployCommand implements Callable<Integer> {
  private final Surroundings surroundings;

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--dry-run",
      description = "Only check, and print the connector's configuration as JSON.")
  private boolean dryRun;

  @Option(
      names = "--read-again",
      description = "Read again what the connector has read to its end.")
  private boolean readAgain;

  DeployCommand(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public Integer call() {
    Pipeline read = named(pipeline.readButTheSource(surroundings));
    var connect = new ConnectClient(connectUrl(read));
    var deployment =
        new Deployment(connect, read, request(read, connect), new RunRange.Continuous());
    if (dryRun) {
      deployment.validate();
      surroundings.out().println(Json.of(new TreeMap<>(deployment.config().properties())));
      return Main.DONE;
    }
    try (KafkaCluster kafka = KafkaCluster.open(read.kafka())) {
      kafka
          .createTopics(read)
          .forEach(topic -> surroundings.err().println("Created topic " + topic));
    }
    ConnectorStatus status = deployment.deploy();
    surroundings
        .err()
        .printf(
            "Connector %s is %s with %d tasks%n",
            deployment.config().name(), status.state(), status.tasks().size());
    return Main.DONE;
  }

  /** Only the source knows the streams of patterns; its secrets are needed to ask it. */
  private Pipeline named(Pipeline read) {
    if (read.streams().isPresent()) {
      return read;
    }
    Pipeline whole = pipeline.read(surroundings);
    return whole.with(whole.describe());
  }

  private static String connectUrl(Pipeline pipeline) {
    return pipeline
        .connect()
        .url()
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    "%s: connect.url is missing: which Kafka Connect cluster shall read the source?"
                        .formatted(pipeline.file())));
  }

  /** A connector that stands keeps its request, so that a change of settings reads nothing anew. */
  private String request(Pipeline pipeline, ConnectClient connect) {
    var standing =
        connect
            .get(ConnectorConfig.name(pipeline))
            .map(config -> config.properties().get(ConnectorConfig.REQUEST))
            .filter(request -> !readAgain);
    return standing.orElseGet(() -> new Nonces(new SecureRandom()).next());
  }
}
