package io.millrace.connect.clickhouse.read;

import io.millrace.connect.clickhouse.plan.ServerWindows;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.RunColumn;
import io.millrace.connect.round.TableSource;
import io.millrace.connect.selection.Relation;
import java.util.List;

/** What planning asks of a session at ClickHouse. */
record ClickHouseTables(ClickHouseSession session) implements TableSource<TableName, Table> {
  @Override
  public List<TableName> tables() {
    return new Catalog(session).tables();
  }

  @Override
  public Table describe(Relation<TableName> relation) {
    return new Catalog(session).describe(relation);
  }

  @Override
  public RunColumn runColumn(Table table, String name) {
    SplitColumn column = SplitColumn.ofRuns(table, name);
    return new RunColumn(
        column.timeLine(), column::bounds, new ServerWindows(session, table, column));
  }
}
