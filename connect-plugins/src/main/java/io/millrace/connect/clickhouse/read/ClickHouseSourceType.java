package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.Agenda;
import io.millrace.connect.round.RequestProgress;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.selection.Selection;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.stage.SourceType;
import io.millrace.core.stage.StoredOffset;
import io.millrace.core.window.WindowOptions;
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
    return options.selection() instanceof Selection.One<?> one
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
      return new ClickHouseTables(session, options.onUnrepresentable())
          .describeAll(
              options.selection(),
              (relation, table) -> {
                options.partition().column().ifPresent(name -> SplitColumn.named(table, name));
                check.accept(table);
                return new SourceTable(
                    relation.stream(), relation.toString(), table.schema(), table.estimatedRows());
              });
    }
  }

  @Override
  public boolean isFulfilled(
      ClickHouseOptions options, SourceRequest request, List<StoredOffset> offsets) {
    return new RequestProgress(request)
        .isFulfilled(offsets, latest -> isNothingDue(options, request, latest));
  }

  private static boolean isNothingDue(
      ClickHouseOptions options, SourceRequest request, StoredRound latest) {
    var agenda = new Agenda<>(Commission.of(request), request.windowsOrNull(), options.selection());
    try (ClickHouseSession session = ClickHouseSession.open(options.server(), 0)) {
      var tables = new ClickHouseTables(session, options.onUnrepresentable());
      return agenda.due(tables, latest, tables.now()).isEmpty();
    }
  }
}
