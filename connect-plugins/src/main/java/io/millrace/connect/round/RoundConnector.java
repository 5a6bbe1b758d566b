package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.ConnectorChecks;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.RawConverters;
import io.millrace.core.MillraceException;
import io.millrace.core.options.Problem;
import io.millrace.core.stage.SourceType;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.JavaNio;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.config.Config;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.ExactlyOnceSupport;
import org.apache.kafka.connect.source.SourceConnector;

/**
 * Reads tables into the topics of their streams: as a whole, once per request, or window by window
 * as these close.
 *
 * @param <O> the source's options
 */
public abstract class RoundConnector<O extends Record> extends SourceConnector {
  private static final ConnectOptions<WindowOptions> WINDOWS =
      new ConnectOptions<>(WindowOptions.class, "run.");

  static {
    JavaNio.open();
  }

  private final ConnectOptions<O> definition;
  private final SourceType<O> type;
  private Map<String, String> properties;
  private O options;
  private RoundKeeper<?> keeper;

  /** A connector of a type of source. */
  protected RoundConnector(ConnectOptions<O> definition, SourceType<O> type) {
    this.definition = definition;
    this.type = type;
  }

  /**
   * What makes its rounds.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   */
  protected abstract RoundKeeper.Maker<?> maker(
      O read, Commission commission, WindowOptions windowsOrNull);

  /** How many tasks read at the same time. */
  protected abstract int tasks(O read);

  /** How runs are made; null for one run of the whole table. */
  public static WindowOptions windows(Map<String, String> properties) {
    return WINDOWS.find(properties).orElse(null);
  }

  @Override
  public final String version() {
    return PluginVersion.text();
  }

  @Override
  public final ConfigDef config() {
    return WINDOWS.define(definition.define(Commission.define(new ConfigDef())));
  }

  @Override
  public final ExactlyOnceSupport exactlyOnceSupport(Map<String, String> connectorProperties) {
    return ExactlyOnceSupport.SUPPORTED;
  }

  /** Also asks the source: whether it lets us in, has the table and column, and lets us read. */
  @Override
  public final Config validate(Map<String, String> connectorProperties) {
    Config config = super.validate(connectorProperties);
    var problems = new ArrayList<Problem>();
    Optional<WindowOptions> windows = WINDOWS.read(connectorProperties, problems::add);
    definition
        .read(connectorProperties, problems::add)
        .ifPresent(read -> problems.addAll(ask(read, windows.orElse(null))));
    problems.addAll(RawConverters.problems(connectorProperties));
    return ConnectorChecks.report(problems, config);
  }

  private List<Problem> ask(O read, WindowOptions windowsOrNull) {
    try {
      type.checkRuns(read, windowsOrNull);
      var unused = windowsOrNull == null ? type.describe(read) : type.describe(read, windowsOrNull);
      return List.of();
    } catch (MillraceException e) {
      return List.of(new Problem(e.key().orElse("url"), e.getMessage()));
    }
  }

  @Override
  public final void start(Map<String, String> connectorProperties) {
    properties = Map.copyOf(connectorProperties);
    try {
      options = definition.require(properties);
      var commission = Commission.of(properties);
      WindowOptions windows = windows(properties);
      keeper =
          new RoundKeeper<>(
              maker(options, commission, windows),
              new RunSchedule(commission, windows),
              new StoredRounds(context().offsetStorageReader(), commission.pipeline()),
              context(),
              InstantSource.system());
      keeper.start();
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  @Override
  public final List<Map<String, String>> taskConfigs(int maxTasks) {
    return keeper
        .round()
        .map(round -> round.taskProperties(Math.min(maxTasks, tasks(options))))
        .orElse(List.of())
        .stream()
        .map(this::with)
        .toList();
  }

  /** Equal keys keep equal values: Connect then stores references to secrets, not secrets. */
  private Map<String, String> with(Map<String, String> more) {
    var config = new HashMap<>(properties);
    config.putAll(more);
    return config;
  }

  @Override
  public final void stop() {
    if (keeper != null) {
      keeper.close();
    }
  }
}
