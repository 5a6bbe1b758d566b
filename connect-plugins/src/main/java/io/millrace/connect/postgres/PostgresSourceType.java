package io.millrace.connect.postgres;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceType;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

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
  public String connectorClass() {
    return "io.millrace.connect.postgres.snapshot.PostgresSnapshotConnector";
  }

  @Override
  public List<String> streams(PostgresOptions options) {
    return List.of(options.streamName());
  }

  @Override
  public List<SourceTable> describe(PostgresOptions options) {
    PostgresServer server = options.server();
    try (Connection connection = server.connect("describe")) {
      Table table = new Catalog(connection).table(options.tableName());
      options.partition().column().ifPresent(name -> SplitColumn.named(table, name));
      return List.of(
          new SourceTable(
              options.streamName(),
              table.name().toString(),
              ColumnType.schema(table, options.onUnrepresentable()),
              table.estimatedRows()));
    } catch (SQLException e) {
      throw server.explain(e);
    }
  }
}
