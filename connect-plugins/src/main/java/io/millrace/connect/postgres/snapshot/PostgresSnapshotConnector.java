package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.RawConverters;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.PostgresSourceType;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.options.Problem;
import io.millrace.core.wire.JavaNio;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigValue;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Reads one table as a whole, once per request, into the topic of its stream. */
public final class PostgresSnapshotConnector extends SourceConnector {
  static final ConnectOptions<PostgresOptions> OPTIONS =
      new ConnectOptions<>(PostgresOptions.class);

  static {
    JavaNio.open();
  }

  private Map<String, String> properties;
  private PostgresOptions options;
  private PlanKeeper keeper;

  @Override
  public String version() {
    return PluginVersion.text();
  }

  @Override
  public ConfigDef config() {
    return OPTIONS.define(Commission.define(new ConfigDef()));
  }

  @Override
  public Class<? extends Task> taskClass() {
    return PostgresSnapshotTask.class;
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /** Also asks the database: whether it lets us in, has the table and column, and lets us read. */
  @Override
  public Config validate(Map<String, String> connectorProperties) {
    Config config = super.validate(connectorProperties);
    var problems = new ArrayList<Problem>();
    OPTIONS.read(connectorProperties, problems::add).ifPresent(read -> problems.addAll(ask(read)));
    problems.addAll(RawConverters.problems(connectorProperties));
    var values = new ArrayList<>(config.configValues());
    problems.forEach(problem -> report(problem, values));
    return new Config(values);
  }

  private static List<Problem> ask(PostgresOptions options) {
    try {
      new PostgresSourceType().describe(options);
      return List.of();
    } catch (MillraceException e) {
      return List.of(new Problem(e.key().orElse("url"), e.getMessage()));
    }
  }

  private static void report(Problem problem, List<ConfigValue> values) {
    for (ConfigValue value : values) {
      if (value.name().equals(problem.path())) {
        if (value.errorMessages().isEmpty()) {
          value.addErrorMessage(problem.message());
        }
        return;
      }
    }
    var value = new ConfigValue(problem.path());
    value.addErrorMessage(problem.message());
    values.add(value);
  }

  @Override
  public void start(Map<String, String> connectorProperties) {
    properties = Map.copyOf(connectorProperties);
    try {
      options = OPTIONS.require(properties);
      var commission = Commission.of(properties);
      var stream = new StreamId(commission.pipeline(), options.streamName());
      keeper =
          new PlanKeeper(
              new PlanMaker(options, commission, new Nonces(new SecureRandom())),
              new StoredProgress(context().offsetStorageReader(), stream, RunId.SNAPSHOT),
              commission.request(),
              options.partition().ranges() + 1,
              context());
      keeper.start();
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return keeper
        .plan()
        .map(plan -> plan.deal(Math.min(maxTasks, options.tasks())))
        .orElse(List.of())
        .stream()
        .map(this::taskConfig)
        .toList();
  }

  /** Equal keys keep equal values: Connect then stores references to secrets, not secrets. */
  private Map<String, String> taskConfig(TaskAssignment assignment) {
    var config = new HashMap<>(properties);
    config.putAll(assignment.toProperties());
    return config;
  }

  @Override
  public void stop() {
    if (keeper != null) {
      keeper.close();
    }
  }
}
