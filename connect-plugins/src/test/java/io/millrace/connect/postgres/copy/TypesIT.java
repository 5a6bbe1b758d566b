package io.millrace.connect.postgres.copy;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every value of every type: what the server says of it equals what the vectors say. */
class TypesIT {
  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    execute("SET TimeZone = 'UTC'; SET extra_float_digits = 1;" + TypeCase.TYPES);
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

  static List<TypeCase> cases() {
    return TypeCase.ALL;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aValueIsTheSameAloneInArraysAndInComposites(TypeCase type) throws Exception {
    for (String statement : type.table()) {
      execute(statement);
    }
    List<Map<String, String>> found = found("cases");
    found.sort(Comparator.comparing(row -> Integer.valueOf(row.get("id"))));
    List<Map<String, String>> expected = expected(type);
    assertThat(found).hasSameSizeAs(expected);
    for (int row = 0; row < expected.size(); row++) {
      for (String column : expected.get(row).keySet()) {
        assertThat(found.get(row).get(column))
            .as("%s of row %d", column, row)
            .isEqualTo(expected.get(row).get(column));
      }
    }
  }

  private static List<Map<String, String>> expected(TypeCase type) throws SQLException {
    String text = type.text();
    String pairs = TypeCase.array(type.cast() ? "%1$s::text" : TypeCase.composite(text));
    String element = type.isRebuilt() ? "%1$s::text" : text;
    var columns = new LinkedHashMap<String, String>();
    columns.put("id", "%1$s::text");
    columns.put("alone", text);
    columns.put("flat", TypeCase.array(element));
    columns.put("deep", TypeCase.deepArray(element));
    columns.put("pair", TypeCase.composite(text));
    columns.put("pairs", pairs);
    var selected = new ArrayList<String>();
    columns.forEach((name, each) -> selected.add(each.replace("%1$s", name)));
    var rows = new ArrayList<Map<String, String>>();
    try (Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT %s FROM cases ORDER BY cases.id".formatted(String.join(", ", selected)))) {
      while (row.next()) {
        var texts = new LinkedHashMap<String, String>();
        for (String name : columns.keySet()) {
          texts.put(name, row.getString(texts.size() + 1));
        }
        rows.add(texts);
      }
    }
    return rows;
  }

  private static List<Map<String, String>> found(String name) throws Exception {
    try (var rows = new TableRows(postgres.jdbcUrl(), postgres.user())) {
      Table table = rows.catalog().table(new TableName("public", name));
      return rows.read(table, Unrepresentable.ERROR);
    }
  }
}
