package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.core.server.ChdbServer;
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
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * ClickHouse through Kafka into Parquet: what DuckDB reads is what ClickHouse says. Broker, Connect
 * and sink are one process, so that its writer has to be a small one for 512 MiB.
 */
class ClickHouseIT {
  private static final long MIB = 1 << 20;
  private static final String NULL = "\\N";

  private static ChdbServer server;
  private static Connection duckDb;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    server = ChdbServer.start();
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      duckDb.close();
      server.close();
    }
  }

  @Test
  void twoMillionRowsArriveWholeWithinTheMemoryOfTheirProcess() throws Exception {
    assertArriveWhole("events", 2_000_000);
  }

  @Test
  @Tag("soak")
  void twentyMillionRowsArriveWholeWithinTheSameMemory() throws Exception {
    assertArriveWhole("many_events", 20_000_000);
  }

  private void assertArriveWhole(String table, int rows) throws Exception {
    server.execute(
        """
        CREATE TABLE default.%s (id UInt64, a Int32, b UInt32, x Float64, y Float64,
          at DateTime64(3), kind LowCardinality(String), name String)
        ENGINE = MergeTree ORDER BY id
        """
            .formatted(table));
    server.execute(
        """
        INSERT INTO default.%s SELECT number, number * 7 - 1000000, sipHash64(number) %% 1000000,
          number / 4, sipHash64(number, 1) %% 1000 / 8, toDateTime64(1714521600 + number / 100, 3),
          'kind ' || toString(number %% 20), hex(sipHash64(number, 2)) FROM numbers(%d)
        """
            .formatted(table, rows));
    Path pipeline =
        pipeline("table: default.%s\n  partition: {ranges: 6}\n  tasks: 1".formatted(table));

    try (var run =
        MillraceProcess.start(folder, "run", pipeline.toString(), "--memory", "512m", "--json")) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
      long peak = new ObjectMapper().readTree(run.out()).path("peak_memory_bytes").asLong();
      assertThat(peak).isBetween(1L, 512 * MIB);
    }

    // A hash of each row over all its columns, and sums of them.
    String clickHouse =
        """
        SELECT count(), sum(id), sum(a), sum(b), sum(toInt64(x * 4)), sum(toInt64(y * 8)),
          sum(toInt128(toUnixTimestamp64Milli(at))), sum(reinterpretAsUInt32(reverse(substring(MD5(
            concat(toString(id), '|', toString(a), '|', toString(b), '|', toString(toInt64(x * 4)),
              '|', toString(toInt64(y * 8)), '|', toString(toUnixTimestamp64Milli(at)), '|', kind,
              '|', name)), 1, 4))))
        FROM default.%s
        """
            .formatted(table);
    String duck =
        """
        SELECT count(*), sum(id), sum(a), sum(b), sum((x * 4)::BIGINT), sum((y * 8)::BIGINT),
          sum(epoch_ms("at")), sum(('0x' || substr(md5(concat(id, '|', a, '|', b, '|',
            (x * 4)::BIGINT, '|', (y * 8)::BIGINT, '|', epoch_ms("at"), '|', kind, '|', name)), 1, 8)
            )::UBIGINT)
        FROM %s
        """;
    assertThat(duckDb(duck.formatted(files(pipeline))))
        .containsExactly(List.of(server.ask(clickHouse).strip().split("\t", -1)));
  }

  /**
   * A type with odd values.
   *
   * @param values SQL of them, for ClickHouse
   * @param clickHouse the text of one there; {@code %s} is the column
   * @param duckDb the same text in DuckDB
   */
  private record Case(String type, List<String> values, String clickHouse, String duckDb) {
    static Case same(String type, String... values) {
      return new Case(type, List.of(values), "toString(%s)", "%s::VARCHAR");
    }

    static Case bytes(String type, String duckDb, String... values) {
      return new Case(type, List.of(values), "hex(%s)", duckDb);
    }

    static Case json(String type, String... values) {
      return new Case(type, List.of(values), "toJSONString(%s)", "to_json(%s)::VARCHAR");
    }

    /** The same with NULL before its values. */
    Case nullable() {
      List<String> more = new ArrayList<>(List.of("NULL"));
      more.addAll(values);
      return new Case("Nullable(%s)".formatted(type), more, clickHouse, duckDb);
    }

    /** Of a type whose fields ClickHouse's JSON has no names for. */
    static Case named(String type, String as, String... values) {
      return new Case(
          type, List.of(values), "toJSONString(CAST(%s AS " + as + "))", "to_json(%s)::VARCHAR");
    }
  }

  private static final String HEX_OF_TEXT = "hex(encode(%s))";

  /** What can be NULL by Nullable(...): each is tried both ways. */
  private static final List<Case> SCALARS =
      List.of(
          Case.same("Int8", "-128", "127", "0"),
          Case.same("Int16", "-32768", "32767"),
          Case.same("Int32", "-2147483648", "2147483647"),
          Case.same("Int64", "-9223372036854775808", "9223372036854775807"),
          Case.same("UInt8", "0", "255"),
          Case.same("UInt16", "0", "65535"),
          Case.same("UInt32", "0", "4294967295"),
          Case.same("UInt64", "0", "18446744073709551615"),
          Case.same(
              "Int128",
              "'-170141183460469231731687303715884105728'",
              "'170141183460469231731687303715884105727'"),
          Case.same("UInt128", "0", "'340282366920938463463374607431768211455'"),
          Case.same(
              "Int256",
              "'-57896044618658097711785492504343953926634992332820282019728792003956564819968'",
              "'57896044618658097711785492504343953926634992332820282019728792003956564819967'"),
          Case.same(
              "UInt256",
              "0",
              "'115792089237316195423570985008687907853269984665640564039457584007913129639935'"),
          Case.same("Bool", "true", "false"),
          Case.same("Float32", "1.4e-45", "-3.4028235e38", "3.4028235e38", "nan", "-0.", "0.1"),
          Case.same(
              "Float64",
              "4.9e-324",
              "-1.7976931348623157e308",
              "1.7976931348623157e308",
              "-inf",
              "nan",
              "0.1"),
          Case.same("BFloat16", "1.5", "-3.3895314e38", "3.3895314e38", "inf"),
          // DuckDB makes doubles of so many digits: all of them are the golden blocks' to show
          new Case(
              "Decimal(76, 1)",
              List.of(
                  "'-1234567.5'",
                  "'%s.9'".formatted("9".repeat(75)),
                  "'-%s.9'".formatted("9".repeat(75))),
              "toString(toFloat64(%s))",
              "%s::VARCHAR"),
          new Case(
              "Decimal(18, 17)",
              List.of("'-9.99999999999999999'", "'9.99999999999999999'", "'0.00000000000000001'"),
              "toDecimalString(%s, 17)",
              "%s::VARCHAR"),
          new Case(
              "Decimal(9, 2)",
              List.of("'-9999999.99'", "'9999999.99'", "'0.5'"),
              "toDecimalString(%s, 2)",
              "%s::VARCHAR"),
          new Case(
              "Decimal(38, 10)",
              List.of(
                  "'-9999999999999999999999999999.9999999999'",
                  "'9999999999999999999999999999.9999999999'",
                  "'0.0000000001'"),
              "toDecimalString(%s, 10)",
              "%s::VARCHAR"),
          Case.bytes(
              "String",
              HEX_OF_TEXT,
              "''",
              "'NULL'",
              "'a\\tb\\0c\\n'",
              "'日本 é 😀'",
              "repeat('x', 5000)"),
          Case.bytes("FixedString(4)", "hex(%s)", "''", "'ab'", "unhex('FF00FE80')"),
          Case.same(
              "UUID",
              "'00000000-0000-0000-0000-000000000000'",
              "'f47ac10b-58cc-4372-a567-0e02b2c3d479'",
              "'ffffffff-ffff-ffff-ffff-ffffffffffff'"),
          Case.same("Date", "'1970-01-01'", "'2149-06-06'", "'2024-02-29'"),
          Case.same("Date32", "'1900-01-01'", "'2299-12-31'"),
          new Case(
              "DateTime",
              List.of("0", "4294967295", "1709210096"),
              "toString(toInt64(%s) * 1000000)",
              "epoch_us(%s)::VARCHAR"),
          new Case(
              "DateTime('Asia/Tokyo')",
              List.of("0", "4294967295", "1709210096"),
              "toString(toInt64(%s) * 1000000)",
              "epoch_us(%s)::VARCHAR"),
          new Case(
              "DateTime64(3)",
              List.of(
                  "'1900-01-01 00:00:00.001'",
                  "'2299-12-31 23:59:59.999'",
                  "'1969-12-31 23:59:59.5'"),
              "toString(toUnixTimestamp64Micro(%s))",
              "epoch_us(%s)::VARCHAR"),
          new Case(
              "DateTime64(6, 'UTC')",
              List.of(
                  "'1900-01-01 00:00:00.000001'",
                  "'2299-12-31 23:59:59.999999'",
                  "'2024-02-29 12:34:56.789012'"),
              "toString(toUnixTimestamp64Micro(%s))",
              "epoch_us(%s)::VARCHAR"),
          // DuckDB makes microseconds of instants in nanoseconds, and of the greatest of them
          // infinity
          new Case(
              "DateTime64(7)",
              List.of("'1969-12-31 23:59:59.1234560'", "'2262-04-11 23:47:16.8547758'"),
              "toString(toUnixTimestamp64Micro(%s))",
              "epoch_us(%s)::VARCHAR"),
          new Case(
              "DateTime64(9, 'UTC')",
              List.of(
                  "'1900-01-01 00:00:00'",
                  "'2262-04-11 23:47:16.854775806'",
                  "'2024-02-29 12:34:56.789012345'"),
              "toString(toUnixTimestamp64Micro(%s))",
              "epoch_us(%s)::VARCHAR"),
          new Case(
              "Time",
              List.of("'-999:59:59'", "'999:59:59'", "'12:34:56'"),
              "toString(CAST(%s AS Nullable(Int64)))",
              "%s::VARCHAR"),
          new Case(
              "Time64(3)",
              List.of("'-999:59:59.999'", "'999:59:59.999'", "'00:00:00.001'"),
              "toString(CAST(CAST(%s AS Nullable(Decimal(18, 3))) * 1000 AS Nullable(Int64)))",
              "%s::VARCHAR"),
          new Case(
              "IntervalMonth",
              List.of("-9223372036854775808", "9223372036854775807"),
              "toString(CAST(%s AS Nullable(Int64)))",
              "%s::VARCHAR"),
          Case.same("Enum8('a' = -128, 'b''c' = 127)", "'a'", "'b\\'c'"),
          Case.same("Enum16('x' = -32768, 'y' = 32767)", "'x'", "'y'"),
          Case.same("IPv4", "'0.0.0.0'", "'255.255.255.255'"),
          Case.same(
              "IPv6",
              "'::'",
              "'2001:db8::1'",
              "'::ffff:1.2.3.4'",
              "'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'"));

  private static final List<Case> OTHERS =
      List.of(
          Case.bytes("LowCardinality(FixedString(2))", "hex(%s)", "'ab'", "unhex('FF00')"),
          Case.bytes("LowCardinality(String)", HEX_OF_TEXT, "''", "'a'", "'b'"),
          Case.bytes("LowCardinality(Nullable(String))", HEX_OF_TEXT, "NULL", "'a'", "''"),
          Case.json("Array(Nullable(Int32))", "[]", "[1, NULL, -3]"),
          Case.json("Array(Array(String))", "[]", "[[], ['a'], ['b', '']]"),
          Case.json("Array(LowCardinality(Nullable(String)))", "[]", "['a', NULL, 'a']"),
          Case.json("Array(Date)", "[]", "['1970-01-01', '2149-06-06']"),
          Case.json("Map(String, Array(Nullable(Int8)))", "map()", "map('a', [1, NULL], 'b', [])"),
          Case.named(
              "Tuple(Int8, String)", "Tuple(`1` Int8, `2` String)", "(-128, '')", "(1, 'x')"),
          Case.named("Point", "Tuple(x Float64, y Float64)", "(0.5, -1.5)", "(1e-9, 2.25)"),
          Case.named(
              "Ring", "Array(Tuple(x Float64, y Float64))", "[]", "[(0.5, 1.5), (2.5, 3.5)]"),
          Case.named(
              "Polygon", "Array(Array(Tuple(x Float64, y Float64)))", "[]", "[[(0.5, 1.5)], []]"),
          Case.named(
              "MultiPolygon",
              "Array(Array(Array(Tuple(x Float64, y Float64))))",
              "[]",
              "[[[(0.5, 1.5)]]]"),
          Case.json("Map(String, Int32)", "map()", "map('a', 1, 'b', -2)"),
          Case.json("Tuple(a Int32, b Nullable(String))", "(1, NULL)", "(-1, 'x')"),
          Case.json("Nested(a Int32, b String)", "[]", "[(1, 'x'), (2, '')]"),
          Case.same("SimpleAggregateFunction(max, Int64)", "-5", "9223372036854775807"),
          new Case(
              "JSON",
              List.of("'{}'", "'{\"a\": {\"b\": [1, null]}}'"),
              "toJSONString(%s)",
              "%s::VARCHAR"),
          new Case(
              "Variant(String, UInt64)",
              List.of("NULL", "'text'", "7::UInt64"),
              "CAST(%s AS Nullable(String))",
              "%s::VARCHAR"),
          new Case(
              "Dynamic",
              List.of("NULL", "'text'", "7::UInt64", "[1, 2]"),
              "CAST(%s AS Nullable(String))",
              "%s::VARCHAR"));

  private static final List<Case> CASES =
      Stream.of(SCALARS.stream(), SCALARS.stream().map(Case::nullable), OTHERS.stream())
          .flatMap(cases -> cases)
          .toList();

  @Test
  void everyValueOfEveryTypeArrivesAsClickHouseSaysIt() throws Exception {
    String columns =
        IntStream.range(0, CASES.size())
            .mapToObj(i -> "`c %d` %s".formatted(i, CASES.get(i).type()))
            .collect(Collectors.joining(", "));
    server.execute(
        "CREATE TABLE default.`odd values` (id Int32, %s) ENGINE = MergeTree ORDER BY id SETTINGS flatten_nested = 0"
            .formatted(columns));
    int rows = CASES.stream().mapToInt(each -> each.values().size()).max().orElseThrow();
    for (int row = 0; row < rows; row++) {
      int of = row;
      String values =
          CASES.stream()
              .map(each -> each.values().get(of % each.values().size()))
              .collect(Collectors.joining(", "));
      server.execute("INSERT INTO default.`odd values` VALUES (%d, %s)".formatted(row, values));
    }
    Path pipeline =
        pipeline("table: default.odd values\n  stream: odd\n  tasks: 2\n  connections: 2");

    try (var run = MillraceProcess.start(folder, "run", pipeline.toString())) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
    }

    List<List<String>> expected = new ArrayList<>();
    for (String line :
        server.lines(
            "SELECT %s FROM default.`odd values` ORDER BY id FORMAT TSVRaw"
                .formatted(texts(true)))) {
      expected.add(List.of(line.split("\t", -1)));
    }
    List<List<String>> found =
        duckDb("SELECT %s FROM %s ORDER BY id".formatted(texts(false), files(pipeline)));
    assertThat(found).hasSameSizeAs(expected).hasSize(rows);
    for (int row = 0; row < rows; row++) {
      for (int i = 0; i < CASES.size(); i++) {
        String type = CASES.get(i).type();
        assertThat(comparable(type, found.get(row).get(i)))
            .as("%s of row %d", type, row)
            .isEqualTo(comparable(type, expected.get(row).get(i)));
      }
    }
  }

  private static String texts(boolean clickHouse) {
    return IntStream.range(0, CASES.size())
        .mapToObj(
            i ->
                clickHouse
                    ? CASES.get(i).clickHouse().formatted("`c %d`".formatted(i))
                    : CASES.get(i).duckDb().formatted("\"c %d\"".formatted(i)))
        .collect(Collectors.joining(", "));
  }

  /** Both write the shortest digits that give the same number, but not the same ones. */
  private static Object comparable(String type, String text) {
    if (text.equals(NULL) || !type.matches(".*(Float|Decimal\\(76).*")) {
      return text;
    }
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default ->
          type.contains("Float32")
              ? (Object) Float.parseFloat(text)
              : (Object) Double.parseDouble(text);
    };
  }

  @Test
  void theExampleRunsWindowByWindow() throws Exception {
    server.execute("CREATE DATABASE web");
    server.execute(
        "CREATE TABLE web.hits (at DateTime, path String) ENGINE = MergeTree ORDER BY at AS SELECT"
            + " toStartOfDay(now('UTC')) - INTERVAL 3 DAY + number * 60, toString(number) FROM"
            + " numbers(4000)");
    Path pipeline = Path.of("../configs/clickhouse.yaml").toAbsolutePath();
    server.execute("CREATE USER default IDENTIFIED BY ''");
    server.execute("CREATE USER ingest IDENTIFIED BY 'secret'");

    try (var wrong = example(pipeline, "wrong")) {
      assertThat(wrong.await(PATIENCE)).isEqualTo(2);
      assertThat(wrong.err()).contains("password", "ingest").doesNotContain("wrong");
    }
    try (var run = example(pipeline, "secret")) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
    }
    List<Path> files = Lake.visible(folder.resolve("lake"));
    assertThat(files).hasSize(3);
    assertThat(duckDb("SELECT count(*), count(DISTINCT path) FROM " + parquet(files)))
        .containsExactly(List.of("4000", "4000"));
  }

  private MillraceProcess example(Path pipeline, String password) {
    return MillraceProcess.start(
        folder,
        Map.of("CLICKHOUSE_PASSWORD", password),
        List.of(),
        "run",
        pipeline.toString(),
        "--once",
        "--set",
        "source.url=" + server.url(),
        "--set",
        "source.compression=none");
  }

  private Path pipeline(String source) throws Exception {
    Path pipeline = folder.resolve("pipeline.yaml");
    Files.writeString(
        pipeline,
        """
        name: clicks
        source:
          type: clickhouse
          url: %s
          compression: none
          %s
        sinks:
          - type: parquet
            name: lake
            path: lake/{stream}/{run}/
            writers: 1
            row_group_size: 16m
        """
            .formatted(server.url(), source));
    return pipeline;
  }

  private String files(Path pipeline) {
    return parquet(Lake.files(folder, pipeline));
  }

  private static String parquet(List<Path> files) {
    return files.stream()
        .map(file -> "'%s'".formatted(file))
        .collect(Collectors.joining(", ", "read_parquet([", "])"));
  }

  private static List<List<String>> duckDb(String sql) throws SQLException {
    var rows = new ArrayList<List<String>>();
    try (Statement statement = duckDb.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      while (row.next()) {
        var texts = new ArrayList<String>();
        for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
          texts.add(row.getString(i) == null ? NULL : row.getString(i));
        }
        rows.add(texts);
      }
    }
    return rows;
  }
}
