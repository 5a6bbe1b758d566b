package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.ConnectorChecks;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.RawConverters;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.round.StoredRounds;
import io.millrace.connect.round.TaskShare;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.options.Problem;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.JavaNio;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Reads tables into the topics of their streams: as a whole, once per request, or window by window
 * as these close.
 */
public final class ClickHouseConnector extends SourceConnector {
  static final ConnectOptions<ClickHouseOptions> OPTIONS =
      new ConnectOptions<>(ClickHouseOptions.class);
  static final ConnectOptions<WindowOptions> WINDOWS =
      new ConnectOptions<>(WindowOptions.class, "run.");

  static {
    JavaNio.open();
  }

  private Map<String, String> properties;
  private ClickHouseOptions options;
  private RoundKeeper keeper;

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
    return ClickHouseTask.class;
  }

  @Override
  public ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /** Also asks the server: whether it lets us in, has the table and column, and lets us read. */
  @Override
  public Config validate(Map<String, String> connectorProperties) {
    Config config = super.validate(connectorProperties);
    var problems = new ArrayList<Problem>();
    Optional<WindowOptions> windows = WINDOWS.read(connectorProperties, problems::add);
    OPTIONS
        .read(connectorProperties, problems::add)
        .ifPresent(read -> problems.addAll(ask(read, windows)));
    problems.addAll(RawConverters.problems(connectorProperties));
    return ConnectorChecks.report(problems, config);
  }

  private static List<Problem> ask(ClickHouseOptions options, Optional<WindowOptions> windows) {
    try {
      var type = new ClickHouseSourceType();
      windows.ifPresentOrElse(given -> type.describe(options, given), () -> type.describe(options));
      return List.of();
    } catch (MillraceException e) {
      return List.of(new Problem(e.key().orElse("url"), e.getMessage()));
    }
  }

  @Override
  public void start(Map<String, String> connectorProperties) {
    properties = Map.copyOf(connectorProperties);
    try {
      options = OPTIONS.require(properties);
      var commission = Commission.of(properties);
      var agenda = new Agenda(commission, windows(properties), options.selection());
      keeper =
          new RoundKeeper(
              new RoundMaker(options, commission, agenda, new Nonces(new SecureRandom())),
              agenda,
              new StoredRounds(context().offsetStorageReader(), commission.pipeline()),
              context(),
              InstantSource.system());
      keeper.start();
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  /** How runs are made; null for one run of the whole table. */
  static WindowOptions windows(Map<String, String> properties) {
    return WINDOWS.find(properties).orElse(null);
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return keeper
        .round()
        .map(round -> round.deal(Math.min(maxTasks, options.tasks())))
        .orElse(List.of())
        .stream()
        .map(this::taskConfig)
        .toList();
  }

  /** Equal keys keep equal values: Connect then stores references to secrets, not secrets. */
  private Map<String, String> taskConfig(TaskShare share) {
    var config = new HashMap<>(properties);
    config.putAll(share.toProperties());
    return config;
  }

  @Override
  public void stop() {
    if (keeper != null) {
      keeper.close();
    }
  }
}
