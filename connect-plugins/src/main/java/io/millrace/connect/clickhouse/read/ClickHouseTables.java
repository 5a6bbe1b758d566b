package io.millrace.connect.clickhouse.read;

import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.plan.ServerWindows;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.RunColumn;
import io.millrace.connect.round.TableSource;
import io.millrace.connect.selection.Relation;
import java.time.Instant;
import java.util.List;

/**
 * What planning asks of a session at ClickHouse.
 *
 * @param policy what becomes of values that have no place in Arrow
 */
record ClickHouseTables(ClickHouseSession session, Unrepresentable policy)
    implements TableSource<TableName, Table> {
  private Catalog catalog() {
    return new Catalog(session, policy);
  }

  /** The server's clock, in whole seconds. */
  Instant now() {
    return catalog().now();
  }

  @Override
  public List<TableName> tables() {
    return catalog().tables();
  }

  @Override
  public Table describe(Relation<TableName> relation) {
    return catalog().describe(relation);
  }

  @Override
  public RunColumn runColumn(Table table, String name) {
    SplitColumn column = SplitColumn.ofRuns(table, name);
    return new RunColumn(
        column.timeLine(), column::bounds, new ServerWindows(session, table, column));
  }
}
