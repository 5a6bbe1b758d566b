package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The servers that a pipeline's file leaves out, for other commands than {@code run}: started on
 * what {@code millrace run} left in {@code .millrace/<pipeline>/}, and stopped with this.
 */
public final class KeptServices implements AutoCloseable {
  private final Path folder;
  private final LocalServices services;

  private KeptServices(Path folder) {
    this.folder = folder;
    this.services = new LocalServices(folder);
  }

  /** Those of a pipeline that runs in this folder; none is started yet. */
  public static KeptServices of(Path folder, String pipeline) {
    return new KeptServices(folder.resolve(".millrace").resolve(pipeline));
  }

  /** The pipeline with a source that can be asked: its own, else the sample database. */
  public Pipeline withSource(Pipeline pipeline) {
    return pipeline.source().isSample()
        ? pipeline.with(pipeline.source().with(services.startSampleDatabase()))
        : pipeline;
  }

  /**
   * The address of the last run's broker.
   *
   * @throws MillraceException (CONFIGURATION) if there was none
   */
  public String startKafka() {
    if (!Files.isDirectory(kafka())) {
      throw MillraceException.configuration(
          "Cannot tell which Kafka cluster: no bootstrap.servers are given, and no run has left its broker's data in %s"
              .formatted(kafka()));
    }
    return services.startKafka();
  }

  /**
   * The address of a Connect worker on the pipeline's cluster, or on the last run's broker; nothing
   * if the pipeline has no cluster and no run has left a broker's data.
   */
  public Optional<String> startConnect(Pipeline pipeline) {
    if (pipeline.kafka().bootstrapServers().isPresent()) {
      return Optional.of(services.startConnect(pipeline));
    }
    return Files.isDirectory(kafka())
        ? Optional.of(services.startConnect(pipeline.with(pipeline.kafka().at(startKafka()))))
        : Optional.empty();
  }

  private Path kafka() {
    return folder.resolve("kafka");
  }

  @Override
  public void close() {
    services.close();
  }
}
