package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.debezium.MariaDbServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code configs/debezium-mariadb.yaml} with another address: MariaDB's rows and its committed
 * changes, as triggers wrote them down, are what DuckDB reads, in their order, though all of
 * Millrace is killed in between. Debezium is a plugin of its own.
 */
class DebeziumIT {
  private static final Path CONFIG = Path.of("..", "configs", "debezium-mariadb.yaml");
  private static final Path PLUGINS =
      Path.of("..", "connect-plugins", "target", "debezium").toAbsolutePath();
  private static final int ROWS = 500;
  private static final int TRANSACTIONS = 300;

  private static final String TABLES =
      """
      CREATE DATABASE shop;
      CREATE TABLE shop.orders (id int PRIMARY KEY, price decimal(20,4), note varchar(200),
        at datetime(6));
      CREATE TABLE shop.customers (name varchar(40), town varchar(40), PRIMARY KEY (name, town));
      CREATE TABLE shop.audit (n int AUTO_INCREMENT PRIMARY KEY, op varchar(10), id int,
        price decimal(20,4), note varchar(200), at datetime(6));
      CREATE TRIGGER shop.i AFTER INSERT ON shop.orders FOR EACH ROW
        INSERT INTO shop.audit VALUES (NULL, 'insert', NEW.id, NEW.price, NEW.note, NEW.at);
      CREATE TRIGGER shop.d AFTER DELETE ON shop.orders FOR EACH ROW
        INSERT INTO shop.audit (op, id) VALUES ('delete', OLD.id);
      CREATE TRIGGER shop.u AFTER UPDATE ON shop.orders FOR EACH ROW
      BEGIN
        IF OLD.id <> NEW.id THEN
          INSERT INTO shop.audit (op, id) VALUES ('delete', OLD.id);
          INSERT INTO shop.audit VALUES (NULL, 'insert', NEW.id, NEW.price, NEW.note, NEW.at);
        ELSE
          INSERT INTO shop.audit VALUES (NULL, 'update', NEW.id, NEW.price, NEW.note, NEW.at);
        END IF;
      END;
      """;

  private static final String AUDIT =
      """
      SELECT op, id, CAST(price AS char), note, DATE_FORMAT(at, '%Y-%m-%d %H:%i:%s.%f')
      FROM shop.audit ORDER BY n
      """;

  private static final String CHANGES =
      """
      SELECT _op, id, price::VARCHAR, note, strftime("at", '%%Y-%%m-%%d %%H:%%M:%%S.%%f')
      FROM read_parquet([%s]) ORDER BY _lsn, _seq
      """;

  private static final Pattern HOW_FAR =
      Pattern.compile("[1-9][0-9]* rows read, [1-9][0-9]* loaded, [1-9][0-9]* units loaded");

  @TempDir private Path folder;
  private final Random random = new Random(42);
  private int next;

  private void insert(Connection sql) throws SQLException {
    next++;
    execute(
        sql,
        "INSERT INTO shop.orders VALUES (%d, %d.%04d, %s, '2024-02-29 12:34:56' + INTERVAL %d MICROSECOND)"
            .formatted(
                next,
                random.nextInt(),
                random.nextInt(10_000),
                random.nextInt(5) == 0 ? "NULL" : "'Note für %d'".formatted(next),
                random.nextLong(100_000_000_000L)));
  }

  private void commit(Connection sql) throws SQLException {
    execute(sql, "START TRANSACTION");
    for (int i = random.nextInt(3); i >= 0; i--) {
      int id = 1 + random.nextInt(next);
      switch (random.nextInt(4)) {
        case 0 -> insert(sql);
        case 1 -> execute(sql, "DELETE FROM shop.orders WHERE id = " + id);
        case 2 ->
            execute(sql, "UPDATE shop.orders SET id = %d WHERE id = %d".formatted(++next, id));
        default ->
            execute(
                sql,
                "UPDATE shop.orders SET price = price / 2 - 1, note = 'x' WHERE id BETWEEN %d AND %d ORDER BY id"
                    .formatted(id, id + 3));
      }
    }
    execute(sql, random.nextInt(5) == 0 ? "ROLLBACK" : "COMMIT");
  }

  private static void execute(Connection sql, String text) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(text);
    }
  }

  private static List<String> rows(Connection sql, String query) throws SQLException {
    var rows = new ArrayList<String>();
    try (Statement statement = sql.createStatement();
        ResultSet result = statement.executeQuery(query)) {
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }

  private Path pipeline(MariaDbServer server) throws Exception {
    Path file = folder.resolve("debezium-mariadb.yaml");
    String config = Files.readString(CONFIG);
    assertThat(config).contains("mariadb.example", "3306", "/opt/connect-plugins", "tick: 5s");
    Files.writeString(
        file,
        config
            .replace("mariadb.example", "127.0.0.1")
            .replace("3306", Integer.toString(server.port()))
            .replace("/opt/connect-plugins", PLUGINS.toString())
            .replace("tick: 5s", "tick: 500ms, batch_age: 100ms")
            .replace("- type: parquet", "- type: parquet\n    cut: {every: 1s}"));
    return file;
  }

  private MillraceProcess run(Path pipeline) {
    return MillraceProcess.start(
        folder,
        Map.of("MARIADB_PASSWORD", MariaDbServer.PASSWORD),
        List.of(),
        "run",
        pipeline.toString());
  }

  private static boolean tellsHowFarItIs(MillraceProcess millrace) {
    return HOW_FAR.matcher(millrace.err()).find();
  }

  /** What lies there of orders. */
  private List<String> changes(Connection duck) throws SQLException {
    List<Path> files = Lake.visible(folder.resolve("lake").resolve("orders.changes"));
    return files.isEmpty() ? List.of() : rows(duck, CHANGES.formatted(list(files)));
  }

  private List<String> customers(Connection duck) throws SQLException {
    List<Path> files = Lake.visible(folder.resolve("lake").resolve("customers.changes"));
    return files.isEmpty()
        ? List.of()
        : rows(duck, "SELECT _op, name FROM read_parquet([%s])".formatted(list(files)));
  }

  private static String list(List<Path> files) {
    return files.stream().map(file -> "'" + file + "'").collect(Collectors.joining(","));
  }

  @Test
  void rowsAndChangesArriveOnceAndInOrderThoughAllIsKilled() throws Exception {
    assumeTrue(MariaDbServer.missing().isEmpty(), () -> MariaDbServer.missing().orElse(""));
    try (var server = MariaDbServer.start();
        Connection sql = server.connect();
        Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
      execute(sql, TABLES);
      for (int i = 0; i < ROWS; i++) {
        insert(sql);
      }
      execute(sql, "INSERT INTO shop.customers VALUES ('Ä', 'Köln'), ('b', '')");
      Path pipeline = pipeline(server);
      try (var millrace = run(pipeline)) {
        await().atMost(PATIENCE).until(() -> changes(duck).size() == ROWS || !millrace.running());
        assertThat(millrace.running()).as(millrace.err()).isTrue();
        for (int i = 0; i < TRANSACTIONS / 2; i++) {
          commit(sql);
        }
        await().atMost(PATIENCE).until(() -> changes(duck).size() > ROWS || !millrace.running());
        await().atMost(PATIENCE).until(() -> tellsHowFarItIs(millrace) || !millrace.running());
        millrace.kill();
      }
      for (int i = 0; i < TRANSACTIONS / 2; i++) {
        commit(sql);
      }
      execute(sql, "DELETE FROM shop.customers WHERE name = 'b'");
      List<String> expected = rows(sql, AUDIT);
      try (var millrace = run(pipeline)) {
        await()
            .atMost(PATIENCE)
            .until(() -> changes(duck).size() >= expected.size() || !millrace.running());
        assertThat(changes(duck)).as(millrace.err()).isEqualTo(expected);
        await().atMost(PATIENCE).until(() -> customers(duck).size() >= 3 || !millrace.running());
        assertThat(customers(duck))
            .as(millrace.err())
            .containsExactlyInAnyOrder("[insert, Ä]", "[insert, b]", "[delete, b]");
        millrace.interrupt();
        assertThat(millrace.await(PATIENCE)).isEqualTo(130);
        assertThat(millrace.err()).doesNotContain(MariaDbServer.PASSWORD);
      }
      assertThat(
              rows(
                  duck,
                  CHANGES.formatted(
                      list(Lake.files(folder, pipeline, "--changes"))
                          .replaceAll("'[^']*customers[^']*',?", ""))))
          .isEqualTo(expected);
    }
  }
}
