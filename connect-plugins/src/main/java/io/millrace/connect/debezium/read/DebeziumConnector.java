package io.millrace.connect.debezium.read;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.ConnectorChecks;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.RawConverters;
import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.core.MillraceException;
import io.millrace.core.options.Problem;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.JavaNio;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Reads the changes of tables with one of Debezium's connectors, which runs in our one task. */
public final class DebeziumConnector extends SourceConnector {
  static final ConnectOptions<DebeziumOptions> OPTIONS =
      new ConnectOptions<>(DebeziumOptions.class);
  static final ConnectOptions<WindowOptions> WINDOWS =
      new ConnectOptions<>(WindowOptions.class, "run.");

  static {
    JavaNio.open();
  }

  private Map<String, String> properties;

  @Override
  public String version() {
    return PluginVersion.text();
  }

  @Override
  public ConfigDef config() {
    return WINDOWS.define(OPTIONS.define(Commission.define(new ConfigDef())));
  }

  @Override
  public Class<? extends Task> taskClass() {
    return DebeziumTask.class;
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /** Also asks Debezium's connector, which asks the database. */
  @Override
  public Config validate(Map<String, String> connectorProperties) {
    Config config = super.validate(connectorProperties);
    var problems = new ArrayList<Problem>();
    Optional<WindowOptions> windows = WINDOWS.read(connectorProperties, problems::add);
    OPTIONS
        .read(connectorProperties, problems::add)
        .ifPresent(
            read ->
                problems.addAll(ask(read, windows.orElse(null), pipeline(connectorProperties))));
    problems.addAll(RawConverters.problems(connectorProperties));
    return ConnectorChecks.report(problems, config);
  }

  private static String pipeline(Map<String, String> connectorProperties) {
    return connectorProperties.getOrDefault(Commission.PIPELINE, "");
  }

  private static List<Problem> ask(
      DebeziumOptions options, WindowOptions windowsOrNull, String pipeline) {
    try {
      new DebeziumSourceType().checkRuns(options, windowsOrNull);
      SourceConnector theirs = DebeziumRun.connector(options.connectorClass());
      try (var loader = new ContextLoader(theirs.getClass().getClassLoader())) {
        Config answer = theirs.validate(ConnectorProperties.of(options, pipeline));
        return answer.configValues().stream()
            .filter(value -> !value.errorMessages().isEmpty())
            .map(value -> problem(value, options))
            .toList();
      }
    } catch (MillraceException e) {
      return List.of(new Problem(e.key().orElse("connector_class"), e.getMessage()));
    } catch (RuntimeException e) {
      return List.of(new Problem("connector_class", RunFailure.of(e, options).getMessage()));
    }
  }

  private static Problem problem(ConfigValue value, DebeziumOptions options) {
    String group = options.secrets().containsKey(value.name()) ? "secrets." : "properties.";
    return new Problem(
        group + value.name(),
        ConnectorProperties.withoutSecrets(String.join("; ", value.errorMessages()), options));
  }

  @Override
  public void start(Map<String, String> connectorProperties) {
    properties = Map.copyOf(connectorProperties);
    try {
      var unused = OPTIONS.require(properties);
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  /** Equal keys keep equal values: Connect then stores references to secrets, not secrets. */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(properties);
  }

  @Override
  public void stop() {}
}
