package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.PostgresOptions.Mode;
import io.millrace.connect.postgres.Relation;
import io.millrace.connect.postgres.Selection;
import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.round.RequestProgress;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.slot.Publication;
import io.millrace.connect.postgres.slot.ResnapshotRequest;
import io.millrace.connect.postgres.slot.SlotChecks;
import io.millrace.connect.postgres.slot.SlotReport;
import io.millrace.connect.postgres.wal.ChangeSchema;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.connect.postgres.wal.WalRelation;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.arrow.vector.types.pojo.Schema;

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
    return options.selection() instanceof Selection.One one
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
      var catalog = new Catalog(connection);
      var tables = new ArrayList<SourceTable>();
      var unreadable = new ArrayList<SourceTables.Unreadable>();
      MillraceException first = null;
      for (Relation relation : options.selection().resolve(catalog)) {
        try {
          Table table = relation.describe(catalog);
          options.partition().column().ifPresent(name -> SplitColumn.named(table, name));
          check.accept(table);
          tables.add(
              new SourceTable(
                  relation.stream(),
                  relation.toString(),
                  ColumnType.described(table, options.onUnrepresentable()),
                  changesOrNull(options, table, connection),
                  table.estimatedRows()));
        } catch (MillraceException e) {
          first = first == null ? e : first;
          unreadable.add(
              new SourceTables.Unreadable(relation.stream(), relation.toString(), e.getMessage()));
        }
      }
      if (tables.isEmpty()) {
        throw first;
      }
      return new SourceTables(tables, unreadable);
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }

  /** As they would be if reading began now. */
  private static Schema changesOrNull(PostgresOptions options, Table table, Connection connection)
      throws SQLException {
    if (options.mode() == Mode.SNAPSHOT) {
      return null;
    }
    var publication = new Publication(connection, options.changes().publication().orElse(""));
    WalRelation relation = publication.wouldAnnounce(table.name());
    List<Column> columns = new Catalog(connection).published(table.oid(), relation.columns());
    return ChangeSchema.described(
        ChangedTable.of(relation, columns, table.key()), options.onUnrepresentable());
  }

  @Override
  public boolean isFulfilled(
      PostgresOptions options, SourceRequest request, List<StoredOffset> offsets) {
    if (options.mode() != Mode.SNAPSHOT) {
      return false; // there is no last change
    }
    var commission = new Commission(request.pipeline(), request.id(), request.range());
    return new RequestProgress(options, commission, request.windowsOrNull()).isFulfilled(offsets);
  }
}
