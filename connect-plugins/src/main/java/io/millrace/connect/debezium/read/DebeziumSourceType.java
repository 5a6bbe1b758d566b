package io.millrace.connect.debezium.read;

import io.millrace.connect.debezium.DebeziumOptions;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Debezium's connectors, as the command line sees them: without having them itself. */
public final class DebeziumSourceType implements SourceType<DebeziumOptions> {
  @Override
  public String name() {
    return "debezium";
  }

  @Override
  public Class<DebeziumOptions> options() {
    return DebeziumOptions.class;
  }

  @Override
  public String connectorClass(DebeziumOptions options) {
    return "io.millrace.connect.debezium.read.DebeziumConnector";
  }

  /** The history of the tables' schemas is kept where the changes are, unless the file says. */
  @Override
  public Map<String, String> clusterProperties(DebeziumOptions options, String bootstrapServers) {
    return options.properties().containsKey(ConnectorProperties.HISTORY_SERVERS)
        ? Map.of()
        : Map.of("properties." + ConnectorProperties.HISTORY_SERVERS, bootstrapServers);
  }

  @Override
  public List<String> topics(DebeziumOptions options, StreamId stream) {
    return List.of(stream.changesTopic());
  }

  @Override
  public boolean readsChanges(DebeziumOptions options) {
    return true;
  }

  @Override
  public void checkRuns(DebeziumOptions options, WindowOptions windowsOrNull) {
    if (windowsOrNull == null) {
      return;
    }
    if (!windowsOrNull.isOfChanges()) {
      throw MillraceException.configuration(
          "run.column",
          "Cannot divide changes by \"%s\": their runs are windows of the time they were committed at, leave run.column out"
              .formatted(windowsOrNull.column()));
    }
    if (!windowsOrNull.delay().isZero() || windowsOrNull.recheck() > 0) {
      throw MillraceException.configuration(
          windowsOrNull.recheck() > 0 ? "run.recheck" : "run.delay",
          "Cannot use it with changes: they come in the order of the log, and nothing comes late");
    }
  }

  @Override
  public Optional<List<String>> streams(DebeziumOptions options) {
    return Optional.of(List.copyOf(options.streams().values()));
  }

  /** Only the connector asks the database, and only its events tell a table's columns. */
  @Override
  public SourceTables describe(DebeziumOptions options) {
    return new SourceTables(List.of(), List.of());
  }

  @Override
  public SourceTables describe(DebeziumOptions options, WindowOptions windows) {
    return describe(options);
  }

  /** There is no last change. */
  @Override
  public boolean isFulfilled(
      DebeziumOptions options, SourceRequest request, List<StoredOffset> offsets) {
    return false;
  }
}
