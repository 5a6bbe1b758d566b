package io.millrace.runtime.values;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/** Postgres with everything the types need, DuckDB, and the path between them. */
final class Engines implements AutoCloseable {
  private final EmbeddedPostgres postgres;
  private final ShortPath path;
  private final Connection duckDb;

  /**
   * A table that has arrived.
   *
   * @param file its file; none without rows
   * @param texts what Postgres says of it
   */
  record Arrived(Optional<Path> file, Cells texts) {}

  Engines(Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
    path = new ShortPath(postgres.jdbcUrl(), postgres.user(), folder);
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
    execute(EveryType.DDL);
  }

  ShortPath path() {
    return path;
  }

  void execute(String statements) throws SQLException {
    try (Statement statement = path.connection().createStatement()) {
      statement.execute(statements);
    }
  }

  Table table(String name) throws SQLException {
    return path.catalog().table(new TableName("public", name));
  }

  /** What Postgres says of a table, or DuckDB must say of its file. */
  Cells ofTable(Table table, Map<String, SqlType> columns) throws SQLException {
    return Cells.query(path.connection(), texts(columns, SqlType::postgres), table.fromSql());
  }

  /** What DuckDB reads from a file. */
  Cells ofFile(Path file, Map<String, SqlType> columns) throws SQLException {
    return Cells.query(
        duckDb, texts(columns, SqlType::duckDb), "read_parquet('%s')".formatted(file));
  }

  /**
   * Asserts that the file of a table holds what Postgres says of it.
   *
   * @param conditions the parts it is read in
   */
  Arrived assertArrives(Table table, Map<String, SqlType> columns, String... conditions)
      throws Exception {
    Cells expected = ofTable(table, columns);
    Optional<Path> file = path.load(table, Unrepresentable.ERROR, conditions);
    Cells found =
        file.isPresent() ? ofFile(file.get(), columns) : new Cells(expected.columns(), List.of());
    found.assertEqualTo(expected);
    return new Arrived(file, expected);
  }

  private static Map<String, String> texts(
      Map<String, SqlType> columns, BiFunction<SqlType, String, String> engine) {
    var texts = new LinkedHashMap<String, String>();
    columns.forEach((name, type) -> texts.put(name, engine.apply(type, SqlType.quoted(name))));
    return texts;
  }

  @Override
  public void close() throws SQLException {
    duckDb.close();
    path.close();
    postgres.close();
  }
}
