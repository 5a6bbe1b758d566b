package io.millrace.connect.postgres.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.ColumnType;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.core.MillraceException;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.arrow.vector.types.pojo.Field;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tables as people make them: their columns, their names, their views, and who may read them. */
class OddTablesIT {
  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    execute("SET TimeZone = 'UTC'");
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

  private static TableRows rows() throws SQLException {
    return new TableRows(postgres.jdbcUrl(), postgres.user());
  }

  private static Table describe(String name) throws SQLException {
    try (TableRows rows = rows()) {
      return rows.catalog().table(new TableName("public", name));
    }
  }

  private static List<Map<String, String>> read(String name, Unrepresentable policy)
      throws Exception {
    try (TableRows rows = rows()) {
      return rows.read(rows.catalog().table(new TableName("public", name)), policy);
    }
  }

  private static List<Map<String, String>> read(String name) throws Exception {
    return read(name, Unrepresentable.ERROR);
  }

  @Test
  void generatedAndIdentityColumnsAreReadAndDroppedOnesAreNot() throws Exception {
    execute(
        """
        CREATE TABLE made (gone text, id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int NOT NULL,
          doubled int GENERATED ALWAYS AS (n * 2) STORED, gone_too int[]);
        INSERT INTO made (gone, n) VALUES ('x', 21);
        ALTER TABLE made DROP COLUMN gone, DROP COLUMN gone_too;
        """);
    assertThat(read("made")).containsExactly(Map.of("id", "1", "n", "21", "doubled", "42"));
    assertThat(ColumnType.schema(describe("made"), Unrepresentable.ERROR).getFields())
        .extracting(Field::isNullable)
        .containsExactly(false, false, true);
  }

  @Test
  void compositesLeaveOutDroppedAttributes() throws Exception {
    execute(
        """
        CREATE TYPE changing AS (a int, b text, c int);
        CREATE TABLE of_changing (v changing);
        INSERT INTO of_changing VALUES (ROW(1, 'x', 3));
        ALTER TYPE changing DROP ATTRIBUTE b, ADD ATTRIBUTE d text;
        """);
    assertThat(read("of_changing")).containsExactly(Map.of("v", "(1|3|null)"));
  }

  @Test
  void compositesPutTogetherAnewKeepTheirNulls() throws Exception {
    execute(
        """
        CREATE EXTENSION hstore;
        CREATE TYPE corner AS (x int, "Odd ""name %s" inet);
        CREATE DOMAIN named_corner AS corner;
        CREATE TYPE shape AS (corners corner[], own named_corner, "where" inet[], tags hstore);
        CREATE TABLE shapes (id int, shape shape);
        INSERT INTO shapes VALUES (1, NULL), (2, ROW(NULL, NULL, NULL, NULL)),
          (3, ROW('{}', ROW(NULL, NULL), '{}', '')),
          (4, ROW(ARRAY[ROW(1, '10.0.0.1'), NULL]::corner[], ROW(2, '::1'), '{{::1,NULL}}', 'a=>1'));
        """);
    assertThatThrownBy(() -> read("shapes")).hasMessageContaining("public.shapes.shape.where");
    execute("UPDATE shapes SET shape.\"where\" = '{::1,NULL}' WHERE id = 4");
    assertThat(read("shapes"))
        .extracting(row -> row.get("shape"))
        .containsExactly(
            null,
            "(null|null|null|null)",
            "([]|(null|null)|[]|{})",
            "([(1,10.0.0.1)|null]|(2|::1/128)|[::1/128|null]|{a=>1})");
  }

  @Test
  void namesMayHoldAnything() throws Exception {
    String odd = "Sel\"ect. from %s ä𝄞";
    String quoted = "\"" + odd.replace("\"", "\"\"") + "\"";
    execute(
        "CREATE TABLE %1$s (%1$s inet, \"user\" int, \"\t\" text[])".formatted(quoted)
            + "; INSERT INTO %s VALUES ('10.0.0.1', 1, '{a}')".formatted(quoted));
    assertThat(read(odd)).containsExactly(Map.of(odd, "10.0.0.1/32", "user", "1", "\t", "[a]"));
  }

  @Test
  void partitionedAndInheritedTablesAreReadWithTheirChildren() throws Exception {
    execute(
        """
        CREATE TABLE parted (id int, tags text[]) PARTITION BY RANGE (id);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
        CREATE TABLE parted_2 (gone int, tags text[], id int);
        ALTER TABLE parted_2 DROP COLUMN gone;
        ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (10) TO (20);
        INSERT INTO parted VALUES (1, '{a}'), (11, '{b}');
        CREATE TABLE parent (id int); CREATE TABLE child (more text) INHERITS (parent);
        INSERT INTO parent VALUES (1); INSERT INTO child VALUES (2, 'x');
        """);
    assertThat(read("parted"))
        .containsExactlyInAnyOrder(
            Map.of("id", "1", "tags", "[a]"), Map.of("id", "11", "tags", "[b]"));
    assertThat(describe("parted").kind()).isEqualTo(Table.Kind.PARTITIONED_TABLE);
    assertThat(read("parent")).containsExactlyInAnyOrder(Map.of("id", "1"), Map.of("id", "2"));
  }

  @Test
  void anEmptyTableHasNoRowsAndOneWithoutColumnsIsRefused() throws Exception {
    execute("CREATE TABLE empty (a int[], b text); CREATE TABLE nothing ()");
    assertThat(read("empty")).isEmpty();
    assertThatThrownBy(() -> read("nothing"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("public.nothing has no columns");
  }

  @Test
  void sixteenHundredColumns() throws Exception {
    String columns =
        IntStream.range(0, 1600)
            .mapToObj(i -> "c%d %s".formatted(i, i % 2 == 0 ? "int" : "text[]"))
            .collect(Collectors.joining(", "));
    execute("CREATE TABLE wide (" + columns + "); INSERT INTO wide (c0, c1599) VALUES (7, '{x}')");
    Map<String, String> row = read("wide").get(0);
    assertThat(row).hasSize(1600).containsEntry("c0", "7").containsEntry("c1599", "[x]");
    assertThat(row.values().stream().filter(v -> v != null)).hasSize(2);
  }

  @Test
  void batchesOfNestedValuesAreCutAndSlicedWhole() throws Exception {
    execute(
        """
        CREATE TYPE entry AS (n int, words text[]);
        CREATE TABLE nested AS
          SELECT i AS id, array_fill(ROW(i, ARRAY[md5(i::text), NULL])::entry, ARRAY[i % 50]) AS v,
                 int4multirange(int4range(i, i + 5), int4range(i + 10, NULL)) AS r,
                 CASE WHEN i % 3 = 0 THEN NULL ELSE ROW(i, ARRAY[i::text])::entry END AS one,
                 repeat(md5(random()::text), i % 400) AS noise
          FROM generate_series(1, 3000) AS i;
        """);
    List<Map<String, String>> whole = read("nested");
    assertThat(whole).hasSize(3000);
    assertThat(whole.get(2))
        .containsEntry("r", "[(3|8|true|false|false)|(13|null|true|false|false)]")
        .containsEntry("one", null);
    assertThat(whole.get(1).get("v"))
        .isEqualTo(
            "[(2|[c81e728d9d4c2f636f067f89cc14862c|null])|(2|[c81e728d9d4c2f636f067f89cc14862c|null])]");
    try (TableRows rows = rows().cutAt(32 << 10)) {
      Table table = rows.catalog().table(new TableName("public", "nested"));
      assertThat(rows.read(table, Unrepresentable.ERROR)).isEqualTo(whole);
    }
  }

  @Test
  void viewsAreReadLikeTables() throws Exception {
    execute(
        """
        CREATE TABLE base (id int PRIMARY KEY, tags text[], price numeric(10,2) NOT NULL);
        INSERT INTO base VALUES (1, '{a,b}', 1.50);
        CREATE VIEW base_view AS SELECT * FROM base;
        CREATE MATERIALIZED VIEW base_mat AS SELECT * FROM base;
        """);
    for (String name : List.of("base_view", "base_mat")) {
      Table table = describe(name);
      assertThat(table.columns()).noneMatch(column -> !column.nullable());
      assertThat(table.key()).isEmpty();
      assertThat(read(name)).containsExactly(Map.of("id", "1", "tags", "[a|b]", "price", "1.50"));
    }
    assertThat(describe("base_view").kind()).isEqualTo(Table.Kind.VIEW);
    assertThat(describe("base_mat").kind()).isEqualTo(Table.Kind.MATERIALIZED_VIEW);
    try (TableRows rows = rows()) {
      String before = rows.catalog().fileNodes(new TableName("public", "base_view"));
      execute("TRUNCATE base");
      assertThat(rows.catalog().fileNodes(new TableName("public", "base_view")))
          .isNotEqualTo(before);
    }
  }

  @Test
  void aQueryIsReadLikeATable() throws Exception {
    execute("CREATE TYPE pair AS (a int, b inet)");
    try (TableRows rows = rows()) {
      Table table =
          rows.catalog()
              .query(
                  """
                  SELECT 1.50::numeric(10,2) AS price, ARRAY[1, 2] AS "some numbers",
                         ROW(1, '::1')::pair AS pair, '{"a": 1}'::jsonb ? 'a' AS has -- the end
                  ;
                  """);
      assertThat(table.name()).hasToString("query");
      assertThat(table.kind()).isEqualTo(Table.Kind.QUERY);
      assertThat(table.columns())
          .extracting(c -> c.typeName() + " " + c.nullable())
          .containsExactly("numeric(10,2) true", "integer[] true", "pair true", "boolean true");
      assertThat(rows.read(table, Unrepresentable.ERROR))
          .containsExactly(
              Map.of(
                  "price", "1.50", "some numbers", "[1|2]", "pair", "(1|::1/128)", "has", "true"));
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "SELECT 1 FROM nowhere     | relation \"nowhere\" does not exist",
        "SELEC 1                   | syntax error",
        "SELECT 1 AS a, 2 AS a     | two columns called \"a\"",
        "SELECT                    | no columns",
        "SELECT 1; DROP TABLE base | syntax error",
      })
  void aQueryThatCannotBeReadIsRefused(String query, String why) throws Exception {
    try (TableRows rows = rows()) {
      assertThatThrownBy(() -> rows.catalog().query(query))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining(why)
          .satisfies(e -> assertThat(((MillraceException) e).key()).hasValue("query"));
    }
  }

  @Test
  void whatMayNotBeReadIsNamed() throws Exception {
    execute(
        """
        CREATE ROLE clerk LOGIN;
        GRANT USAGE ON SCHEMA public TO clerk;
        CREATE TABLE salaries (id int, amount money, "the note" text);
        GRANT SELECT (id) ON salaries TO clerk;
        CREATE TABLE secured (id int);
        GRANT SELECT ON secured TO clerk;
        ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
        CREATE VIEW secured_view WITH (security_invoker) AS SELECT * FROM secured;
        GRANT SELECT ON secured_view TO clerk;
        """);
    try (var rows = new TableRows(postgres.jdbcUrl(), "clerk")) {
      assertThatThrownBy(() -> rows.catalog().table(new TableName("public", "salaries")))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("amount, the note")
          .hasMessageContaining("GRANT SELECT ON \"public\".\"salaries\" TO \"clerk\"");
      assertThatThrownBy(() -> rows.catalog().table(new TableName("public", "secured")))
          .isInstanceOf(MillraceException.class)
          .hasMessageContaining("row-level security")
          .hasMessageContaining("\"clerk\"");
      Table view = rows.catalog().table(new TableName("public", "secured_view"));
      assertThatThrownBy(() -> rows.read(view, Unrepresentable.ERROR))
          .hasMessageContaining("row-level security");
    }
    assertThat(read("secured")).isEmpty();
  }

  @Test
  void aColumnOfAnotherTypeThanDescribedIsNoticed() throws Exception {
    execute("CREATE TABLE altered (id int, note varchar(10))");
    try (TableRows rows = rows()) {
      Table table = rows.catalog().table(new TableName("public", "altered"));
      assertThat(rows.catalog().changeOf(table)).isEmpty();
      execute("ALTER TABLE altered ALTER note TYPE int USING length(note)");
      assertThat(rows.catalog().changeOf(table))
          .hasValueSatisfying(
              change ->
                  assertThat(change)
                      .contains("\"note\" of public.altered")
                      .contains("character varying(10)"));
      execute("ALTER TABLE altered DROP note");
      assertThatThrownBy(() -> rows.catalog().changeOf(table)).hasMessageContaining("note");
    }
  }

  @Test
  void whatCannotBeRepresentedIsNamedOrNullOrClamped() throws Exception {
    execute(
        """
        CREATE TYPE stay AS (period daterange, at timestamp);
        CREATE TABLE odd_values (id int, day date, tags time[], stay stay, deep int[], n numeric(4,1),
          i interval NOT NULL, PRIMARY KEY (id, day));
        INSERT INTO odd_values VALUES (17, '2024-05-01', '{10:00,NULL,24:00}', NULL, '{}', 1, '1 day');
        """);
    assertThatThrownBy(() -> read("odd_values"))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("public.odd_values.tags[3] (id=17, day=2024-05-01): 24:00:00")
        .hasMessageContaining("on_unrepresentable");
    execute("UPDATE odd_values SET tags = NULL, stay = ROW('[2024-01-01,infinity]', NULL)");
    assertThatThrownBy(() -> read("odd_values"))
        .hasMessageContaining("public.odd_values.stay.period.upper (id=17,")
        .hasMessageContaining("infinity");
    execute("UPDATE odd_values SET stay = NULL, deep = '{{1,2}}'");
    assertThatThrownBy(() -> read("odd_values")).hasMessageContaining("odd_values.deep (id=17");
    execute(
        """
        ALTER TABLE odd_values DROP CONSTRAINT odd_values_pkey;
        UPDATE odd_values SET day = 'infinity', tags = '{24:00}', n = 'NaN', i = '-infinity',
          stay = ROW('(-infinity,)', 'infinity')
        """);
    assertThatThrownBy(() -> read("odd_values"))
        .hasMessageContaining("public.odd_values.day (there is no primary key");
    assertThat(read("odd_values", Unrepresentable.NULL).get(0).values())
        .containsExactly(
            "17", null, "[null]", "((null|null|false|false|false)|null)", null, null, null);
    assertThat(read("odd_values", Unrepresentable.CLAMP).get(0).values())
        .containsExactly(
            "17",
            "2147483647",
            "[86399999999]",
            "((-2147483647|null|false|false|false)|9223372036854775807)",
            null,
            null,
            "-2147483648 -2147483648 -9223372036854775808ns");
    var table = describe("odd_values");
    assertThat(ColumnType.schema(table, Unrepresentable.NULL).findField("i").isNullable()).isTrue();
    assertThat(ColumnType.schema(table, Unrepresentable.CLAMP).findField("i").isNullable())
        .isFalse();
  }
}
