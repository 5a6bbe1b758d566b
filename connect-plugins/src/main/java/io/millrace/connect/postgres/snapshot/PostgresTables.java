package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.plan.ServerWindows;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.Publication;
import io.millrace.connect.postgres.wal.ChangeSchema;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.connect.postgres.wal.WalRelation;
import io.millrace.connect.round.RunColumn;
import io.millrace.connect.round.TableSource;
import io.millrace.connect.round.WindowStatistics;
import io.millrace.connect.selection.Relation;
import io.millrace.core.window.Window;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.OptionalLong;
import org.apache.arrow.vector.types.pojo.Schema;

/** What planning asks of a session at Postgres. */
record PostgresTables(PostgresServer server, Connection connection)
    implements TableSource<TableName, Table> {
  private interface Question<V> {
    V ask() throws SQLException;
  }

  private <V> V ask(Question<V> question) {
    try {
      return question.ask();
    } catch (SQLException e) {
      throw server.retriable(e);
    }
  }

  @Override
  public List<TableName> tables() {
    return ask(() -> new Catalog(connection).tables());
  }

  @Override
  public Table describe(Relation<TableName> relation) {
    return ask(() -> new Catalog(connection).describe(relation));
  }

  @Override
  public RunColumn runColumn(Table table, String name) {
    SplitColumn column = SplitColumn.ofRuns(table, name);
    return new RunColumn(
        column.timeLine(),
        column::bounds,
        new Statistics(new ServerWindows(connection, table, column)));
  }

  /** The columns that changes of a table would have if reading began now. */
  Schema changes(Table table, PostgresOptions options) {
    return ask(
        () -> {
          var publication = new Publication(connection, options.changes().publication().orElse(""));
          WalRelation relation = publication.wouldAnnounce(table.name());
          List<Column> columns = new Catalog(connection).published(table.oid(), relation.columns());
          return ChangeSchema.described(
              ChangedTable.of(relation, columns, table.key()), options.onUnrepresentable());
        });
  }

  private final class Statistics implements WindowStatistics {
    private final ServerWindows windows;

    Statistics(ServerWindows windows) {
      this.windows = windows;
    }

    @Override
    public OptionalLong first() {
      return ask(windows::first);
    }

    @Override
    public long rows(Window window) {
      return ask(() -> windows.rows(window));
    }

    @Override
    public long outside() {
      return ask(windows::outside);
    }
  }
}
