package io.millrace.connect.postgres.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whoever applies the changes in their order has the table, whatever was done to it. */
class FoldedChangesIT {
  private static final int TRANSACTIONS = 80;

  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    TestSlot.publish(sql);
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "1, DEFAULT, true",
    "2, DEFAULT, false",
    "3, FULL, true",
    "4, FULL, false",
    "5, DEFAULT, true"
  })
  void theFoldedChangesAreTheTable(int seed, String identity, boolean binary) throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS folded;
        CREATE TABLE folded (id int PRIMARY KEY, n int, doc text, note text);
        ALTER TABLE folded ALTER COLUMN doc SET STORAGE EXTERNAL;
        ALTER TABLE folded REPLICA IDENTITY %s;
        """
            .formatted(identity));
    var random = new Random(seed);
    try (var slot = new TestSlot(postgres);
        var allocator = new RootAllocator()) {
      for (int i = 0; i < TRANSACTIONS; i++) {
        execute(transaction(random));
      }
      List<Map<String, String>> changes =
          ChangeRows.values(
              TestSlot.changes(postgres, slot, binary, "folded", allocator), allocator);
      assertThat(changes).hasSizeGreaterThan(2 * TRANSACTIONS);
      assertThat(changes)
          .extracting(row -> row.get("_op"))
          .contains("update", "delete", "truncate");
      assertThat(fold(changes)).isEqualTo(table());
    }
  }

  private static String transaction(Random random) {
    var statements = new StringBuilder("BEGIN;");
    for (int i = random.nextInt(5); i >= 0; i--) {
      boolean undone = random.nextInt(5) == 0;
      statements.append(undone ? "SAVEPOINT s;" : "");
      statements.append(statement(random));
      statements.append(undone ? "ROLLBACK TO s;" : "");
    }
    return statements.append(random.nextInt(10) == 0 ? "ROLLBACK" : "COMMIT").toString();
  }

  private static String statement(Random random) {
    int id = random.nextInt(40);
    String large = "repeat('%d', 3000)".formatted(id);
    return switch (random.nextInt(9)) {
      case 0, 1, 2 ->
          "INSERT INTO folded SELECT i, %1$d, %2$s, 'new' FROM generate_series(%1$d, %1$d + 3) AS i ON CONFLICT DO NOTHING;"
              .formatted(id, large);
      case 3 -> "UPDATE folded SET n = n + 1 WHERE id %% 3 = %d;".formatted(id % 3);
      case 4 -> "UPDATE folded SET doc = %s WHERE id > %d;".formatted(large, id);
      case 5 -> "UPDATE folded SET doc = NULL, note = n::text WHERE id = %d;".formatted(id);
      case 6 ->
          "UPDATE folded SET id = id + %d WHERE id > %d;"
              .formatted(random.nextInt(1_000_000) * 50, id);
      case 7 -> "DELETE FROM folded WHERE id %% 7 = %d;".formatted(id % 7);
      default -> random.nextInt(8) == 0 ? "TRUNCATE folded;" : "DELETE FROM folded WHERE id = 5;";
    };
  }

  /** The rows by their keys; a row that moved finds what it left unchanged under its old key. */
  private static Map<Integer, List<String>> fold(List<Map<String, String>> changes) {
    var rows = new HashMap<String, Map<String, String>>();
    Map<String, String> moving = Map.of();
    for (Map<String, String> change : changes) {
      String key = change.get("id");
      switch (change.get("_op")) {
        case "insert", "update" -> {
          boolean moved = change.get("_op").equals("insert") && change.get("_before.id") != null;
          Map<String, String> before = moved ? moving : rows.getOrDefault(key, Map.of());
          var row = new HashMap<>(change);
          List<String> unchanged = List.of(change.get("_unchanged").split("[\\[|\\]]"));
          for (String column : List.of("n", "doc", "note")) {
            if (unchanged.contains(column)) {
              assertThat(before).containsKey(column);
              row.put(column, before.get(column));
            }
          }
          rows.put(key, row);
        }
        case "delete" -> moving = rows.remove(key);
        default -> rows.clear();
      }
    }
    var table = new TreeMap<Integer, List<String>>();
    rows.forEach(
        (key, row) ->
            table.put(
                Integer.valueOf(key),
                List.of(text(row.get("n")), text(row.get("doc")), text(row.get("note")))));
    return table;
  }

  private static Map<Integer, List<String>> table() throws SQLException {
    var table = new TreeMap<Integer, List<String>>();
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery("SELECT id, n, doc, note FROM folded")) {
      while (row.next()) {
        table.put(
            row.getInt(1),
            List.of(text(row.getString(2)), text(row.getString(3)), text(row.getString(4))));
      }
    }
    assertThat(table).isNotEmpty();
    return table;
  }

  private static String text(String value) {
    return value == null ? "NULL" : value;
  }
}
