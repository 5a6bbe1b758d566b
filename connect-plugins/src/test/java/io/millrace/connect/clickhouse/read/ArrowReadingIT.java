package io.millrace.connect.clickhouse.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.TopicLog;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.server.ChdbServer.Fault;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.BatchHeader;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code format: arrow} gives what {@code format: native} gives. */
class ArrowReadingIT {
  private static final int ROWS = 100_000;

  /** Types, and two values each. */
  private static final String[][] TYPES = {
    {"Int8", "-128", "127"},
    {"UInt64", "0", "18446744073709551615"},
    {"Int128", "-170141183460469231731687303715884105728", "1"},
    {
      "UInt256",
      "0",
      "'115792089237316195423570985008687907853269984665640564039457584007913129639935'"
    },
    {"Float32", "nan", "-0."},
    {"BFloat16", "1.5", "-3"},
    {"Bool", "true", "false"},
    {"Decimal(9, 2)", "'-9999999.99'", "'0.01'"},
    {"Nullable(Decimal(76, 40))", "NULL", "'-1.0000000000000000000000000000000000000001'"},
    {"String", "'日本 é 😀'", "''"},
    {"FixedString(4)", "unhex('FF00FE80')", "''"},
    {"UUID", "'f47ac10b-58cc-4372-a567-0e02b2c3d479'", "'00000000-0000-0000-0000-000000000001'"},
    {"Date", "'1970-01-01'", "'2149-06-06'"},
    {"Date32", "'1900-01-01'", "'2299-12-31'"},
    {"DateTime", "0", "4294967295"},
    {"Nullable(DateTime('Asia/Tokyo'))", "NULL", "1709210096"},
    {"DateTime64(1)", "'1900-01-01 00:00:00.1'", "'2299-12-31 23:59:59.9'"},
    {"DateTime64(6, 'UTC')", "'1969-12-31 23:59:59.5'", "'2024-02-29 12:34:56.789012'"},
    {"DateTime64(8)", "'1969-12-31 23:59:59.5'", "'2024-02-29 12:34:56.78901234'"},
    {"Nullable(Time)", "NULL", "'-999:59:59'"},
    {"IntervalDay", "-3", "4"},
    {"Enum8('a' = -128, 'b''c' = 127)", "'a'", "'b\\'c'"},
    {"Nullable(Enum16('x' = 1, 'y' = 30000))", "NULL", "'y'"},
    {"IPv4", "'0.0.0.0'", "'255.255.255.255'"},
    {"Nullable(IPv6)", "NULL", "'2001:db8::1'"},
    {"LowCardinality(String)", "'x'", "''"},
    {"LowCardinality(Nullable(String))", "NULL", "'x'"},
    {"SimpleAggregateFunction(max, Int64)", "-5", "5"},
    {"SimpleAggregateFunction(anyLast, Enum8('a' = 1))", "'a'", "'a'"},
    {"Array(Nullable(Enum8('a' = 1)))", "[]", "['a', NULL]"},
    {"Array(Array(DateTime))", "[[]]", "[[0], [1, 2]]"},
    {"Map(LowCardinality(String), IPv4)", "map()", "map('a', '1.2.3.4')"},
    {"Tuple(a Int32, `b c` Nullable(Int128))", "(1, NULL)", "(-1, 7)"},
    {"Tuple(Int8, String)", "(1, 'x')", "(2, '')"},
    {"Nested(a Int32, b Date)", "[]", "[(1, '2024-02-29')]"},
    {"Point", "(1, 2)", "(-0.5, 0)"},
    {"MultiPolygon", "[]", "[[[(0, 0), (1, 1)]]]"},
    {"JSON", "'{}'", "'{\"a\": [1, null]}'"},
    {"Variant(String, UInt64)", "NULL", "7::UInt64"},
    {"Array(Dynamic)", "[]", "[1, 'x']"},
  };

  private static ChdbServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    server = ChdbServer.start();
    server.execute(
        "CREATE TABLE default.rows ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number + 1) AS"
            + " id, hex(sipHash64(number)) AS noise, if(number % 3 = 0, NULL, number) AS maybe FROM"
            + " numbers(%d)".formatted(ROWS));
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static Map<String, Object> arrow(String table) {
    return new HashMap<>(Map.of("table", table, "format", "arrow"));
  }

  @Test
  void everyValueOfEveryTypeIsTheSame() throws Exception {
    var columns = new StringBuilder("id Int64, at DateTime");
    var first = new StringBuilder("1, 5");
    var second = new StringBuilder("2, 6");
    for (int i = 0; i < TYPES.length; i++) {
      columns.append(", `c %d` %s".formatted(i, TYPES[i][0]));
      first.append(", ").append(TYPES[i][1]);
      second.append(", ").append(TYPES[i][2]);
    }
    server.execute(
        "CREATE TABLE default.types (%s) ENGINE = MergeTree ORDER BY id SETTINGS flatten_nested = 0"
            .formatted(columns));
    server.execute("INSERT INTO default.types VALUES (%s), (%s)".formatted(first, second));
    var byTime = Map.of("column", "at", "ranges", 2);

    Map<String, ?> blocks = Map.of("table", "default.types", "partition", byTime);
    Map<String, Object> streams = arrow("default.types");
    streams.put("partition", byTime); // a column that is cast
    try (var expected = TestReading.of(server, blocks);
        var found = TestReading.of(server, streams)) {
      TopicLog expectedLog = expected.readAll();
      TopicLog foundLog = found.readAll();

      assertThat(schema(foundLog)).isEqualTo(schema(expectedLog));
      SortedMap<String, List<String>> values = values(expectedLog);
      assertThat(values).hasSize(2);
      assertThat(values(foundLog)).isEqualTo(values);
      assertThat(found.bounds()).isEqualTo(expected.bounds()).hasSize(2);
    }
  }

  private static Schema schema(TopicLog log) {
    try (BufferAllocator allocator = new RootAllocator();
        VectorSchemaRoot rows = ArrowCodec.decode(data(log).get(0).value(), allocator)) {
      return rows.getSchema();
    }
  }

  private static List<TopicLog.Entry> data(TopicLog log) {
    return log.entries().stream()
        .filter(entry -> entry.header() instanceof BatchHeader.Data)
        .toList();
  }

  /** The texts of each row, by its first column. */
  private static SortedMap<String, List<String>> values(TopicLog log) {
    var values = new TreeMap<String, List<String>>();
    try (BufferAllocator allocator = new RootAllocator()) {
      for (TopicLog.Entry entry : data(log)) {
        try (VectorSchemaRoot rows = ArrowCodec.decode(entry.value(), allocator)) {
          for (int row = 0; row < rows.getRowCount(); row++) {
            int at = row;
            List<String> texts =
                rows.getFieldVectors().stream().map(vector -> text(vector, at)).toList();
            values.put(texts.get(0), texts);
          }
        }
      }
    }
    return values;
  }

  private static String text(FieldVector vector, int row) {
    Object value = vector.getObject(row);
    String text = value instanceof byte[] bytes ? HexFormat.of().formatHex(bytes) : "" + value;
    return vector.getName() + " = " + text;
  }

  @Test
  void rowsInRangesWithNullsAreTheSame() throws Exception {
    try (var expected = TestReading.of(server, Map.of("table", "default.rows"));
        var found = TestReading.of(server, arrow("default.rows"))) {
      SortedMap<String, List<String>> values = values(found.readAll());

      assertThat(values).hasSize(ROWS).isEqualTo(values(expected.readAll()));
    }
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "STOP")
  void anAnswerThatFailsIsReadAgainFromItsStart(Fault fault) throws Exception {
    server.fail(fault, 1_000_000, 2);
    Map<String, Object> options = arrow("default.rows");
    options.put("partition", Map.of("ranges", 2));
    try (var reading = TestReading.of(server, options)) {
      TopicLog log = reading.readAll();

      assertThat(log.isWhole(log.plans().get(0))).isTrue();
      assertThat(values(new TopicLog(wholeAttempts(log)))).hasSize(ROWS);
      assertThat(log.entries())
          .extracting(entry -> entry.header().reading().attempt().number())
          .contains(3);
    }
  }

  private static List<TopicLog.Entry> wholeAttempts(TopicLog log) {
    return log.complete(log.plans().get(0)).values().stream().flatMap(List::stream).toList();
  }

  @Test
  void anAnswerWithoutRowsHasNone() throws Exception {
    server.execute("CREATE TABLE default.none (id Int64) ENGINE = MergeTree ORDER BY id");
    try (var reading = TestReading.of(server, arrow("default.none"))) {
      TopicLog log = reading.readAll();

      assertThat(log.entries())
          .singleElement()
          .satisfies(entry -> assertThat(entry.header().rows()).isZero());
    }
  }

  @Test
  void aTextThatIsNoneIsRefused() throws Exception {
    server.execute(
        "CREATE TABLE default.torn ENGINE = MergeTree ORDER BY id AS SELECT toInt64(1) AS id,"
            + " ['a', unhex('FF')] AS texts");
    try (var reading = TestReading.of(server, arrow("default.torn"))) {
      assertThatThrownBy(reading::readAll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll("column texts", "value 2", "ff", "UTF-8");
    }
  }

  @ParameterizedTest
  @CsvSource({"spans, 'Time64(3)', 'Time64(3)'", "nothing, 'Array(Tuple())', 'Tuple'"})
  void aTypeThatHasNoPlaceThereIsNamed(String table, String type, String named) throws Exception {
    server.execute(
        "CREATE TABLE default.%s (id Int64, v %s) ENGINE = MergeTree ORDER BY id"
            .formatted(table, type));
    try (var reading = TestReading.of(server, arrow("default." + table))) {
      assertThatThrownBy(reading::plan)
          .hasMessageContainingAll("column v", named, "format: native");
    }
  }
}
