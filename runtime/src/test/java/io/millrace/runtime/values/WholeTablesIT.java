package io.millrace.runtime.values;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.MillraceException;
import io.millrace.runtime.values.SqlType.ArrayOf;
import io.millrace.runtime.values.SqlType.Composite;
import io.millrace.runtime.values.SqlType.Field;
import io.millrace.runtime.values.SqlType.Scalar;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables as people make them, and values that are large or have no place. */
class WholeTablesIT {
  private static final String ALL = "true";

  /** What DuckDB makes of decimals that it takes for doubles. */
  private static final Scalar ROUNDED =
      new Scalar(
          "numeric",
          "trim(to_char($::float8, '9.999999EEEE'))",
          "format('{:.6e}', $)",
          /* isCast= */ false,
          List.of());

  @TempDir private static Path folder;
  private static Engines engines;

  @BeforeAll
  static void start() throws SQLException {
    engines = new Engines(folder);
  }

  @AfterAll
  static void stop() throws SQLException {
    engines.close();
  }

  /** Columns, each a name and its type. */
  private static Map<String, SqlType> columns(Object... namesAndTypes) {
    var columns = new LinkedHashMap<String, SqlType>();
    for (int i = 0; i < namesAndTypes.length; i += 2) {
      columns.put((String) namesAndTypes[i], (SqlType) namesAndTypes[i + 1]);
    }
    return columns;
  }

  private static void assertArrives(String table, Object... columns) throws Exception {
    Table described = engines.table(table);
    assertThat(described.columns()).hasSize(columns.length / 2);
    engines.assertArrives(described, columns(columns), ALL);
  }

  @Test
  void generatedAndIdentityColumnsArriveAndDroppedOnesDoNot() throws Exception {
    engines.execute(
        """
        CREATE TYPE changing AS (a int, b text, c int);
        CREATE TABLE made (gone text, id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
          n int NOT NULL, doubled int GENERATED ALWAYS AS (n * 2) STORED, gone_too int[],
          v changing);
        INSERT INTO made (gone, n, v) SELECT 'x', i, ROW(i, 'b', -i)::changing FROM generate_series(1, 23) i;
        ALTER TABLE made DROP COLUMN gone, DROP COLUMN gone_too;
        ALTER TYPE changing DROP ATTRIBUTE b, ADD ATTRIBUTE d text;
        """);
    SqlType changing =
        new Composite(
            "changing",
            List.of(
                new Field("a", EveryType.INT),
                new Field("c", EveryType.INT),
                new Field("d", EveryType.TEXT)));
    assertArrives(
        "made", "id", EveryType.INT, "n", EveryType.INT, "doubled", EveryType.INT, "v", changing);
  }

  @Test
  void namesMayHoldAnything() throws Exception {
    List<String> names =
        List.of(
            "Sel\"ect",
            "a.b",
            "with space",
            "UPPER",
            "ünï𝄞",
            "user",
            "%s %1$s",
            "'",
            "\\",
            "\t",
            "list",
            "element",
            "key_value",
            "{}",
            "x".repeat(63));
    String list = names.stream().map(n -> SqlType.quoted(n) + " inet").collect(joining(", "));
    engines.execute(
        "CREATE TYPE \"odd. Type\"\"\" AS (%1$s); CREATE TABLE \"odd. 'Table\"\"\" (%1$s, \"own\" \"odd. Type\"\"\")"
            .formatted(list));
    engines.execute(
        "INSERT INTO \"odd. 'Table\"\"\" SELECT %s, ROW(%s)::\"odd. Type\"\"\" FROM generate_series(1, 7) i"
            .formatted(
                names.stream().map(n -> "'10.0.0.1'::inet + i").collect(joining(", ")),
                names.stream().map(n -> "'::1'::inet + i").collect(joining(", "))));
    Map<String, SqlType> columns = columns();
    names.forEach(name -> columns.put(name, EveryType.INET));
    List<Field> fields = names.stream().map(n -> new Field(n, EveryType.INET)).toList();
    columns.put("own", new Composite("odd. Type\"", fields));
    engines.assertArrives(engines.table("odd. 'Table\""), columns, ALL);
  }

  @Test
  void partitionsAndChildrenArriveWithTheirTable() throws Exception {
    engines.execute(
        """
        CREATE TABLE parted (id int, tags text[]) PARTITION BY RANGE (id);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
        CREATE TABLE parted_2 (gone int, tags text[], id int);
        ALTER TABLE parted_2 DROP COLUMN gone;
        ALTER TABLE parted ATTACH PARTITION parted_2 FOR VALUES FROM (10) TO (20);
        INSERT INTO parted SELECT i, ARRAY['a' || i, NULL] FROM generate_series(0, 19) i;
        CREATE TABLE parent (id int); CREATE TABLE child (more text) INHERITS (parent);
        INSERT INTO parent VALUES (1), (NULL); INSERT INTO child VALUES (2, 'x');
        """);
    assertArrives("parted", "id", EveryType.INT, "tags", new ArrayOf(EveryType.TEXT, 1));
    assertArrives("parent", "id", EveryType.INT);
  }

  @Test
  void viewsQueriesAndEmptyTablesArrive() throws Exception {
    engines.execute(
        """
        CREATE TABLE base (at timestamp NOT NULL, tags text[], where_from inet);
        CREATE VIEW base_view AS SELECT * FROM base;
        INSERT INTO base SELECT timestamp '2024-01-01' + i * interval '1 day', ARRAY['t' || i],
          '10.0.0.1'::inet + i FROM generate_series(1, 17) i, generate_series(1, 2);
        CREATE MATERIALIZED VIEW base_mat AS SELECT * FROM base;
        CREATE TABLE empty (LIKE base);
        """);
    Object[] columns = {
      "at",
      EveryType.TIMESTAMP,
      "tags",
      new ArrayOf(EveryType.TEXT, 1),
      "where_from",
      EveryType.INET
    };
    for (String name : List.of("base", "base_view", "base_mat", "empty")) {
      assertArrives(name, columns);
    }
    Table query =
        engines
            .path()
            .catalog()
            .query(
                "SELECT b.*, lower(tags[1]) AS \"Odd, name\" FROM base b"
                    + " WHERE tags[1] LIKE '%1' AND NOT '{\"a\": 1}'::jsonb ? 'b';");
    var more = columns(columns);
    more.put("Odd, name", EveryType.TEXT);
    engines.assertArrives(query, more, ALL);
    assertThat(engines.ofTable(query, more).rows()).hasSize(4);
  }

  @Test
  void sixteenHundredColumns() throws Exception {
    List<Scalar> types =
        List.of(EveryType.INT, EveryType.TEXT, EveryType.DATE, EveryType.TIME, EveryType.INET);
    var columns = columns();
    IntStream.range(0, 1600).forEach(i -> columns.put("c" + i, types.get(i % types.size())));
    engines.execute(
        "CREATE TABLE wide (%s); INSERT INTO wide (c0, c1599) VALUES (7, '::1');"
                .formatted(
                    columns.entrySet().stream()
                        .map(c -> c.getKey() + " " + c.getValue().name())
                        .collect(joining(", ")))
            + " INSERT INTO wide (c1, c1597, c1598) VALUES ('', '2024-02-29', '12:00');"
            + " INSERT INTO wide (%s) SELECT %s FROM generate_series(1, 10) i"
                .formatted(
                    IntStream.range(0, 320).mapToObj(i -> "c" + i * 5).collect(joining(", ")),
                    IntStream.range(0, 320).mapToObj(i -> "i * " + i).collect(joining(", "))));
    engines.assertArrives(engines.table("wide"), columns, ALL);
  }

  @Test
  void textsOfThreeHundredKilobytes() throws Exception {
    engines.execute(
        """
        CREATE TABLE large (id int, t text, ts text[], j jsonb);
        INSERT INTO large SELECT i,
          (SELECT string_agg(md5((i * 10000 + k)::text), '') FROM generate_series(1, 9600) k),
          ARRAY[repeat('lang €𝄞 ', 25000), '', NULL, repeat('x', i * 50000)],
          to_jsonb(repeat('"', 150000))
        FROM generate_series(1, 13) i;
        """);
    SqlType text = EveryType.TEXT;
    assertArrives(
        "large",
        "id",
        EveryType.INT,
        "t",
        text,
        "ts",
        new ArrayOf(text, 1),
        "j",
        new Scalar("jsonb", "$::text", "$::varchar", /* isCast= */ false, List.of()));
  }

  static List<Scalar> wide() {
    return EveryType.WIDE;
  }

  @ParameterizedTest
  @MethodSource("wide")
  void decimalsThatDuckDbLacksArriveByParquetJava(Scalar type) throws Exception {
    engines.execute(
        "DROP TABLE IF EXISTS decimals; CREATE TABLE decimals (alone %1$s, flat %1$s[]);"
                .formatted(type.name())
            + " INSERT INTO decimals VALUES (NULL, NULL), (NULL, '{}')");
    for (String value : type.values()) {
      engines.execute(
          "INSERT INTO decimals SELECT v, ARRAY[v, NULL, -v] FROM (VALUES ((%s)::%s)) AS t(v), generate_series(1, 3)"
              .formatted(value, type.name()));
    }
    Table table = engines.table("decimals");
    Path file = engines.path().load(table, Unrepresentable.ERROR, ALL).orElseThrow();

    new Cells(List.of("alone", "flat"), WideDecimals.of(file, table))
        .assertEqualTo(
            engines.ofTable(table, columns("alone", type, "flat", new ArrayOf(type, 1))));
    engines.assertArrives(table, columns("alone", ROUNDED), ALL);
  }

  private static final String BEYOND =
      """
      DROP TABLE IF EXISTS beyond, changed; DROP TYPE IF EXISTS stay;
      CREATE TYPE stay AS (day date, at time);
      CREATE TABLE beyond (id int PRIMARY KEY, day date, at timestamp, zoned timestamptz, clock time,
        n numeric(10,2), deep int[], stay stay, days date[]);
      INSERT INTO beyond VALUES
        (1, 'infinity', 'infinity', '-infinity', '24:00', 'NaN', '{{1,2}}', ROW('-infinity', '24:00'),
          '{2024-01-01,infinity}'),
        (2, '2024-01-01', '2024-01-01', '294276-12-31 23:59:59+00', '23:00', 1.5, '{1}', NULL, '{}'),
        (3, '-infinity', '-infinity', '2024-01-01', '00:00', NULL, NULL, ROW(NULL, NULL), NULL);
      """;

  private static final Map<String, SqlType> TEXTS =
      columns(
          "id", plain(),
          "day", plain(),
          "at", plain(),
          "zoned", plain(),
          "clock", plain(),
          "n", plain(),
          "deep", new ArrayOf(plain(), 1),
          "stay",
              new Composite("stay", List.of(new Field("day", plain()), new Field("at", plain()))),
          "days", new ArrayOf(plain(), 1));

  private static Scalar plain() {
    return new Scalar("", "$::text", "$::varchar", /* isCast= */ false, List.of());
  }

  /** The same table with nothing in it that has no place, made so by SQL. */
  private Cells beyondBut(String changes) throws Exception {
    engines.execute("CREATE TABLE changed AS TABLE beyond;" + changes);
    return engines.ofTable(engines.table("changed"), TEXTS);
  }

  @Test
  void whatHasNoPlaceIsNull() throws Exception {
    engines.execute(BEYOND);
    Path file =
        engines.path().load(engines.table("beyond"), Unrepresentable.NULL, ALL).orElseThrow();
    engines
        .ofFile(file, TEXTS)
        .assertEqualTo(
            beyondBut(
                """
                UPDATE changed SET day = NULL, at = NULL WHERE id <> 2;
                UPDATE changed SET zoned = NULL WHERE id <> 3;
                UPDATE changed SET clock = NULL, n = NULL, deep = NULL, stay = ROW(NULL, NULL),
                  days = '{2024-01-01,NULL}' WHERE id = 1;
                """));
  }

  /**
   * DuckDB calls Arrow's last date and timestamp infinite, as Postgres does what they stand for.
   */
  @Test
  void whatHasNoPlaceIsClamped() throws Exception {
    engines.execute(BEYOND);
    Path file =
        engines.path().load(engines.table("beyond"), Unrepresentable.CLAMP, ALL).orElseThrow();
    engines
        .ofFile(file, TEXTS)
        .assertEqualTo(
            beyondBut(
                """
                UPDATE changed SET zoned = 'infinity' WHERE id = 2;
                UPDATE changed SET clock = '23:59:59.999999', n = NULL, deep = NULL,
                  stay = ROW('-infinity', '23:59:59.999999') WHERE id = 1;
                """));
  }

  @ParameterizedTest
  @ValueSource(strings = {"day", "at", "zoned", "clock", "n", "deep", "stay.day", "days[2]"})
  void whatHasNoPlaceIsAnErrorThatNamesIt(String place) throws Exception {
    engines.execute(BEYOND);
    String column = place.replaceAll("[.\\[].*", "");
    for (String other : List.of("day", "at", "zoned", "clock", "n", "deep", "stay", "days")) {
      if (!other.equals(column)) {
        engines.execute("UPDATE beyond SET %s = NULL".formatted(other));
      }
    }
    assertThatThrownBy(
            () -> engines.path().load(engines.table("beyond"), Unrepresentable.ERROR, ALL))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("public.beyond." + place + " (id=1)");
  }
}
