package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.Relation;
import io.millrace.connect.clickhouse.Selection;
import io.millrace.connect.clickhouse.column.ColumnType;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.KnownOffsets;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.MillraceException;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** ClickHouse, as the command line sees it. */
public final class ClickHouseSourceType implements SourceType<ClickHouseOptions> {
  @Override
  public String name() {
    return "clickhouse";
  }

  @Override
  public Class<ClickHouseOptions> options() {
    return ClickHouseOptions.class;
  }

  @Override
  public String connectorClass(ClickHouseOptions options) {
    return "io.millrace.connect.clickhouse.read.ClickHouseConnector";
  }

  @Override
  public Optional<List<String>> streams(ClickHouseOptions options) {
    return options.selection() instanceof Selection.One one
        ? Optional.of(List.of(one.relation().stream()))
        : Optional.empty();
  }

  @Override
  public SourceTables describe(ClickHouseOptions options) {
    return describe(options, table -> {});
  }

  @Override
  public SourceTables describe(ClickHouseOptions options, WindowOptions windows) {
    return describe(options, table -> SplitColumn.ofRuns(table, windows.column()));
  }

  private static SourceTables describe(ClickHouseOptions options, Consumer<Table> check) {
    try (ClickHouseSession session = ClickHouseSession.open(options.server(), 0)) {
      var catalog = new Catalog(session);
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
                  ColumnType.schema(table.types()),
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
    }
  }

  @Override
  public boolean isFulfilled(
      ClickHouseOptions options, SourceRequest request, List<StoredOffset> offsets) {
    var commission = new Commission(request.pipeline(), request.id(), request.range());
    var agenda = new Agenda(commission, request.windowsOrNull(), options.selection());
    StoredRound latest =
        new StoredRounds(new KnownOffsets(offsets), commission.pipeline()).latest().orElse(null);
    if (agenda.schedule().isDone(latest)) {
      return true;
    }
    if (latest != null && !latest.isComplete()) {
      return false;
    }
    try (ClickHouseSession session = ClickHouseSession.open(options.server(), 0)) {
      return agenda.due(session, latest, new Catalog(session).now()).isEmpty();
    }
  }
}
