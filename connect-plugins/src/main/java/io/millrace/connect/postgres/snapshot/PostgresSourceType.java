package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.PostgresOptions.Mode;
import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.slot.ResnapshotRequest;
import io.millrace.connect.postgres.slot.SlotChecks;
import io.millrace.connect.postgres.slot.SlotReport;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RequestProgress;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.selection.Selection;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.stage.SourceLog;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Postgres, as the command line sees it. */
public final class PostgresSourceType implements SourceType<PostgresOptions> {
  @Override
  public String name() {
    return "postgres";
  }

  @Override
  public Class<PostgresOptions> options() {
    return PostgresOptions.class;
  }

  @Override
  public String connectorClass(PostgresOptions options) {
    return switch (options.mode()) {
      case SNAPSHOT -> "io.millrace.connect.postgres.snapshot.PostgresSnapshotConnector";
      case CDC, CHANGES -> "io.millrace.connect.postgres.changes.PostgresChangesConnector";
    };
  }

  @Override
  public List<String> topics(PostgresOptions options, StreamId stream) {
    return switch (options.mode()) {
      case SNAPSHOT -> List.of(stream.topic());
      case CDC -> List.of(stream.topic(), stream.changesTopic());
      case CHANGES -> List.of(stream.changesTopic());
    };
  }

  @Override
  public boolean readsChanges(PostgresOptions options) {
    return options.mode() != Mode.SNAPSHOT;
  }

  @Override
  public Optional<SourceLog> log(PostgresOptions options, String pipeline) {
    return readsChanges(options) ? new SlotReport(options, pipeline).log() : Optional.empty();
  }

  @Override
  public Optional<String> dropLog(PostgresOptions options, String pipeline) {
    return readsChanges(options) ? new SlotReport(options, pipeline).drop() : Optional.empty();
  }

  @Override
  public boolean feedsMirrors(PostgresOptions options) {
    return options.mode() == Mode.CDC;
  }

  @Override
  public String resnapshot(PostgresOptions options, String pipeline, String table) {
    return new ResnapshotRequest(options, pipeline).send(table);
  }

  @Override
  public void checkRuns(PostgresOptions options, WindowOptions windowsOrNull) {
    if (options.mode() == Mode.SNAPSHOT || windowsOrNull == null) {
      SourceType.super.checkRuns(options, windowsOrNull);
    } else if (!windowsOrNull.isOfChanges()) {
      throw MillraceException.configuration(
          "run.column",
          "Cannot divide changes by \"%s\": their runs are windows of the time they were committed at, leave run.column out"
              .formatted(windowsOrNull.column()));
    } else if (!windowsOrNull.delay().isZero() || windowsOrNull.recheck() > 0) {
      throw MillraceException.configuration(
          windowsOrNull.recheck() > 0 ? "run.recheck" : "run.delay",
          "Cannot use it with changes: they come in the order of the log, and nothing comes late");
    }
  }

  @Override
  public Optional<List<String>> streams(PostgresOptions options) {
    return options.selection() instanceof Selection.One<?> one
        ? Optional.of(List.of(one.relation().stream()))
        : Optional.empty();
  }

  @Override
  public SourceTables describe(PostgresOptions options) {
    return describe(options, table -> {});
  }

  @Override
  public SourceTables describe(PostgresOptions options, WindowOptions windows) {
    return describe(
        options,
        table -> {
          if (!windows.isOfChanges()) {
            SplitColumn.ofRuns(table, windows.column());
          }
        });
  }

  private static SourceTables describe(PostgresOptions options, Consumer<Table> check) {
    PostgresServer server = options.server();
    try (Connection connection = server.connect("describe")) {
      if (options.mode() != Mode.SNAPSHOT) {
        SlotChecks.requireLogical(connection);
      }
      var tables = new PostgresTables(server, connection);
      return tables.describeAll(
          options.selection(),
          (relation, table) -> {
            options.partition().column().ifPresent(name -> SplitColumn.named(table, name));
            check.accept(table);
            return new SourceTable(
                relation.stream(),
                relation.toString(),
                ColumnType.described(table, options.onUnrepresentable()),
                options.mode() == Mode.SNAPSHOT ? null : tables.changes(table, options),
                table.estimatedRows());
          });
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }

  @Override
  public boolean isFulfilled(
      PostgresOptions options, SourceRequest request, List<StoredOffset> offsets) {
    if (options.mode() != Mode.SNAPSHOT) {
      return false; // there is no last change
    }
    return new RequestProgress(request)
        .isFulfilled(offsets, latest -> isNothingDue(options, request, latest));
  }

  private static boolean isNothingDue(
      PostgresOptions options, SourceRequest request, StoredRound latest) {
    var commission = Commission.of(request);
    var agenda = new Agenda<>(commission, request.windowsOrNull(), options.selection());
    PostgresServer server = options.server();
    try (Connection connection = server.connect(commission.pipeline() + " look")) {
      Instant now = new Catalog(connection).now();
      return agenda.due(new PostgresTables(server, connection), latest, now).isEmpty();
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }
}
