package io.millrace.runtime.connect;

import io.millrace.core.MillraceException;
import io.millrace.core.options.Problem;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/** Puts a pipeline's connector on a Kafka Connect cluster. */
public final class Deployment {
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final ConnectClient connect;
  private final Pipeline pipeline;
  private final ConnectorConfig config;

  /** What is to be deployed; see {@link ConnectorConfig#of} for request and range. */
  public Deployment(ConnectClient connect, Pipeline pipeline, String request, RunRange range) {
    this.connect = connect;
    this.pipeline = pipeline;
    this.config = ConnectorConfig.of(pipeline, request, range);
  }

  /** What the connector will be told. */
  public ConnectorConfig config() {
    return config;
  }

  /**
   * Lets the cluster validate the configuration, which lets the connector ask the source.
   *
   * @throws MillraceException (CONFIGURATION) with every error, at its line of the pipeline's file
   *     where it is about an option of the source
   */
  public void validate() {
    List<Problem> problems = connect.validate(config);
    if (!problems.isEmpty()) {
      throw MillraceException.configuration(
          problems.stream().map(this::located).collect(Collectors.joining("\n")));
    }
  }

  /** Validates, creates or updates the connector, and waits until it runs. */
  public ConnectorStatus deploy() {
    validate();
    connect.put(config);
    return connect.awaitRunning(config.name(), START_LIMIT);
  }

  private String located(Problem problem) {
    return pipeline
        .finding(problem)
        .map(Object::toString)
        .orElseGet(() -> "Connector property %s: %s".formatted(problem.path(), problem.message()));
  }
}
