package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.Pipeline;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The servers that a pipeline's file leaves out, for a command that only looks: started on what
 * {@code millrace run} left in {@code .millrace/<pipeline>/}, and stopped with this.
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
    Path kafka = folder.resolve("kafka");
    if (!Files.isDirectory(kafka)) {
      throw MillraceException.configuration(
          "Cannot tell which Kafka cluster: no bootstrap.servers are given, and no run has left its broker's data in %s"
              .formatted(kafka));
    }
    return services.startKafka();
  }

  @Override
  public void close() {
    services.close();
  }
}
