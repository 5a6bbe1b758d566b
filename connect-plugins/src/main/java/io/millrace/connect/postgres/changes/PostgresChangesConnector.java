package io.millrace.connect.postgres.changes;

import io.millrace.connect.Commission;
import io.millrace.connect.ConnectOptions;
import io.millrace.connect.ConnectorChecks;
import io.millrace.connect.PluginVersion;
import io.millrace.connect.RawConverters;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.PostgresOptions.Mode;
import io.millrace.connect.postgres.round.SnapshotRound;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.connect.postgres.snapshot.PostgresSourceType;
import io.millrace.connect.postgres.snapshot.RoundMaker;
import io.millrace.connect.postgres.snapshot.WatchedRound;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RoundKeeper;
import io.millrace.connect.round.StoredRounds;
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

/** Reads the changes of tables from a replication slot, and the tables too if told so. */
public final class PostgresChangesConnector extends SourceConnector {
  static final ConnectOptions<PostgresOptions> OPTIONS =
      new ConnectOptions<>(PostgresOptions.class);
  static final ConnectOptions<WindowOptions> WINDOWS =
      new ConnectOptions<>(WindowOptions.class, "run.");

  static {
    JavaNio.open();
  }

  private Map<String, String> properties;
  private PostgresOptions options;
  private SlotSnapshots snapshots;
  private RoundKeeper<WatchedRound> keeper;

  /** Fixed when the first task is made: tasks that leave out other changes would make a gap. */
  private Map<String, String> pointOrNull;

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
    return options.mode() == Mode.CDC ? PostgresCaptureTask.class : PostgresChangesTask.class;
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
      options = OPTIONS.require(properties);
      var unused = options.changes().slotOf(Commission.of(properties).pipeline());
      if (options.mode() == Mode.CDC) {
        keeper = keeper();
        keeper.start();
      }
    } catch (MillraceException e) {
      throw new ConnectException(e.getMessage(), e);
    }
  }

  /** Rounds of whole tables, under snapshots that have their place in the log. */
  private RoundKeeper<WatchedRound> keeper() {
    var commission = Commission.of(properties);
    var nonces = new Nonces(new SecureRandom());
    var offsets = context().offsetStorageReader();
    var agenda =
        Agenda.listening(
            commission,
            options.selection(),
            () ->
                Checkpoint.stored(offsets, commission.pipeline())
                    .map(Checkpoint::resnapshots)
                    .orElse(Map.of()));
    snapshots =
        new SlotSnapshots(
            options.server(),
            new SlotSetup(options, commission.pipeline(), nonces),
            () -> Checkpoint.stored(offsets, commission.pipeline()),
            nonces);
    return new RoundKeeper<>(
        new RoundMaker(options, commission, agenda, nonces, snapshots),
        agenda.schedule(),
        new StoredRounds(offsets, commission.pipeline()),
        context(),
        InstantSource.system());
  }

  /** One task reads the log; those for a snapshot come and go with it. */
  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    var configs = new ArrayList<Map<String, String>>();
    Optional<SnapshotRound> round =
        keeper == null ? Optional.empty() : keeper.round().map(WatchedRound::planned);
    pointOrNull = pointOrNull == null ? point(round) : pointOrNull;
    configs.add(with(pointOrNull));
    if (round.isPresent()) {
      if (maxTasks < 2) {
        throw new ConnectException(
            "Cannot read tables and their changes with tasks.max 1: set it to 2 or more");
      }
      round.get().deal(Math.min(maxTasks, options.tasks()) - 1).stream()
          .map(TaskAssignment::toProperties)
          .map(this::with)
          .forEach(configs::add);
    }
    return configs;
  }

  /**
   * What the first snapshot shows is left out of the changes. That of a later one is not, should
   * nothing have been stored yet: what a task has sent of it may be loaded already, and the rest of
   * it would be missing behind that.
   */
  private Map<String, String> point(Optional<SnapshotRound> round) {
    return round
        .map(made -> made.snapshot().pointOrNull())
        .filter(point -> snapshots.isFirst(point))
        .map(point -> Lsn.text(point.position().commit() + 1))
        .map(place -> Map.of(PostgresChangesTask.POINT, place))
        .orElse(Map.of());
  }

  private Map<String, String> with(Map<String, String> more) {
    var config = new HashMap<>(properties);
    config.putAll(more);
    return config;
  }

  /** The slot stays, and holds what comes meanwhile. */
  @Override
  public void stop() {
    if (keeper != null) {
      keeper.close();
    }
  }
}
