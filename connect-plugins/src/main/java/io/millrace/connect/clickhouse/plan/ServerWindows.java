package io.millrace.connect.clickhouse.plan;

import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.WindowStatistics;
import io.millrace.core.window.Window;
import java.util.List;
import java.util.OptionalLong;

/** Asks the server; a sorting or partition key that begins with the run's column makes it cheap. */
public final class ServerWindows implements WindowStatistics {
  private final ClickHouseSession session;
  private final Table table;
  private final SplitColumn column;

  /**
   * The windows of a table.
   *
   * @param column the run's column
   */
  public ServerWindows(ClickHouseSession session, Table table, SplitColumn column) {
    this.session = session;
    this.table = table;
    this.column = column;
  }

  @Override
  public OptionalLong first() {
    List<String> row =
        session
            .rows(
                "SELECT count(%1$s), toString(%2$s) FROM %3$s"
                    .formatted(
                        column.sql(), column.ordinalSql("min(" + column.sql() + ")"), table.from()))
            .get(0);
    return row.get(0).equals("0")
        ? OptionalLong.empty()
        : OptionalLong.of(column.second(Long.parseLong(row.get(1))));
  }

  @Override
  public long rows(Window window) {
    return session.number(table.count(Conditions.of(column.bounds(window), table)));
  }

  @Override
  public long outside() {
    return column.nullable() ? session.number(table.count(column.sql() + " IS NULL")) : 0;
  }
}
