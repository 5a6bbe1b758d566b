package io.millrace.connect.postgres.changes;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.ConnectorChecks;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.RawConverters;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.snapshot.PostgresSourceType;
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
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/** Reads the changes of tables from a replication slot, in one task. */
public final class PostgresChangesConnector extends SourceConnector {
  static final ConnectOptions<PostgresOptions> OPTIONS =
      new ConnectOptions<>(PostgresOptions.class);
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
    return PostgresChangesTask.class;
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /** Also asks the database: whether it lets us in, has the tables, and lets us read. */
  @Override
  public Config validate(Map<String, String> connectorProperties) {
    Config config = super.validate(connectorProperties);
    var problems = new ArrayList<Problem>();
    Optional<WindowOptions> windows = WINDOWS.read(connectorProperties, problems::add);
    OPTIONS
        .read(connectorProperties, problems::add)
        .ifPresent(read -> problems.addAll(ask(read, windows.orElse(null))));
    problems.addAll(RawConverters.problems(connectorProperties));
    return ConnectorChecks.report(problems, config);
  }

  private static List<Problem> ask(PostgresOptions options, WindowOptions windowsOrNull) {
    try {
      var type = new PostgresSourceType();
      type.checkRuns(options, windowsOrNull);
      type.describe(options);
      return List.of();
    } catch (MillraceException e) {
      return List.of(new Problem(e.key().orElse("url"), e.getMessage()));
    }
  }

  @Override
  public void start(Map<String, String> connectorProperties) {
    properties = Map.copyOf(connectorProperties);
    try {
      PostgresOptions options = OPTIONS.require(properties);
      var unused = options.changes().slotOf(Commission.of(properties).pipeline());
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(properties);
  }

  @Override
  public void stop() {
    // the slot stays, and holds what comes meanwhile
  }
}
