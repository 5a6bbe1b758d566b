package io.millrace.connect.postgres.column;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.column.append.ColumnAppender;
import io.millrace.connect.postgres.column.append.SentBytes;
import io.millrace.connect.postgres.column.append.TupleChunk;
import io.millrace.connect.postgres.column.append.Unrepresentable;
import io.millrace.connect.postgres.copy.ArrowText;
import io.millrace.connect.postgres.server.Column;
import io.millrace.connect.postgres.server.PostgresType;
import java.util.List;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.core.Oid;

/** Texts as output functions write them, values out; PgOutputIT has the server's own. */
class TextFormsTest {
  private static final PostgresType BIGINT = new PostgresType.Scalar("bigint", Oid.INT8, -1);
  private static final PostgresType TEXT = new PostgresType.Scalar("text", Oid.TEXT, -1);
  private static final PostgresType INET = new PostgresType.Scalar("inet", 869, -1);
  private static final PostgresType GEOMETRY =
      new PostgresType.Extension("geometry", 70_000, -1, "postgis", "public", "geometry");

  /** The value in the vector, by the rules of {@link ArrowText}. */
  private static String read(PostgresType type, String text) {
    ColumnType columnType =
        ColumnType.of(new Column("c", type, /* nullable= */ true), Unrepresentable.ERROR);
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    var sent = new SentBytes();
    int place = sent.begin();
    columnType.text().write(bytes, 1, bytes.length - 1, sent);
    sent.end(place);
    var chunk = new TupleChunk();
    chunk.add(java.util.Arrays.copyOf(sent.array(), sent.length()), 0);
    try (var allocator = new RootAllocator();
        FieldVector vector = columnType.field().createVector(allocator)) {
      ColumnAppender appender = columnType.appender(vector);
      appender.reset();
      appender.reserve(1);
      appender.append(chunk, 0);
      chunk.requireConsumed();
      appender.finish(1);
      return ArrowText.of(vector, 0);
    }
  }

  private static PostgresType scalar(int oid) {
    return new PostgresType.Scalar("type " + oid, oid, -1);
  }

  private static PostgresType array(PostgresType element, int depth) {
    return new PostgresType.Array(element.name() + "[]", 1, element, depth);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0                      | 0",
        "0.000                  | 0.000",
        "-0.00010               | -0.00010",
        "10000                  | 10000",
        "100000000.00000001     | 100000000.00000001",
        "12345678901234567890.1 | 12345678901234567890.1",
        "0.00001                | 0.00001",
        "-9999                  | -9999",
        "NaN                    | NaN",
        "Infinity               | Infinity",
        "-Infinity              | -Infinity"
      })
  void numericsKeepTheirDigits(String text, String value) {
    assertThat(read(scalar(Oid.NUMERIC), text)).isEqualTo(value);
  }

  @Test
  void amountsOfMoneyAreReadWhateverTheLocale() {
    var money = new PostgresType.Money("money", 2);
    assertThat(read(money, "$1,234.56")).isEqualTo("1234.56");
    assertThat(read(money, "-1.234,56 €")).isEqualTo("-1234.56");
    assertThat(read(money, "($0.01)")).isEqualTo("-0.01");
    assertThat(read(money, "-$92,233,720,368,547,758.08")).isEqualTo("-92233720368547758.08");
  }

  @Test
  void timesMayHaveAnOffsetAndAnEra() {
    assertThat(read(scalar(Oid.TIMESTAMPTZ), "1970-01-01 00:00:00.5+00")).isEqualTo("500000");
    assertThat(read(scalar(Oid.TIMESTAMPTZ), "1970-01-01 01:00:00+01")).isEqualTo("0");
    assertThat(read(scalar(Oid.TIMESTAMPTZ), "1969-12-31 20:30:00-03:30")).isEqualTo("0");
    assertThat(read(scalar(Oid.TIMESTAMPTZ), "1970-01-01 00:53:28+00:53:28")).isEqualTo("0");
    assertThat(read(scalar(Oid.TIMESTAMP), "0001-12-31 00:00:00 BC"))
        .isEqualTo(Long.toString(java.time.LocalDate.of(0, 12, 31).toEpochDay() * 86_400_000_000L));
    assertThat(read(scalar(Oid.DATE), "0001-01-01 BC"))
        .isEqualTo(Long.toString(java.time.LocalDate.of(0, 1, 1).toEpochDay()));
    assertThatThrownBy(() -> read(scalar(Oid.TIMESTAMP), "-infinity"))
        .hasMessageContaining("-infinity");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "00:00:00                              | 0 0 0",
        "1 year                                | 12 0 0",
        "-1 years -2 mons +3 days -04:05:06.7  | -14 3 -14706700000",
        "1 mon -00:00:00.000001                | 1 0 -1",
        "-178000000 years                      | -2136000000 0 0"
      })
  void intervalsHaveThreeParts(String text, String value) {
    assertThat(read(scalar(Oid.INTERVAL), text)).isEqualTo(value);
  }

  @Test
  void arraysAreQuotedWhereTheyHaveToBe() {
    assertThat(read(array(BIGINT, 1), "{1,NULL,-3}")).isEqualTo("[1|null|-3]");
    assertThat(read(array(BIGINT, 1), "{}")).isEqualTo("[]");
    assertThat(read(array(BIGINT, 2), "[0:1][5:6]={{1,2},{3,NULL}}")).isEqualTo("[[1|2]|[3|null]]");
    assertThat(read(array(TEXT, 1), "{\"NULL\",\"a\\\"b\\\\c\",\"{x,y}\",ä,\"\"}"))
        .isEqualTo("[NULL|a\"b\\c|{x,y}|ä|]");
    assertThat(read(array(scalar(Oid.BOX), 1), "{(1,1),(0,0);(2,2),(0,0)}"))
        .isEqualTo("[(1,1),(0,0)|(2,2),(0,0)]");
  }

  @Test
  void compositesTellNullFromNothing() {
    var pair =
        new PostgresType.Composite(
            "pair",
            1,
            List.of(
                new PostgresType.Attribute("a", TEXT),
                new PostgresType.Attribute("b", array(BIGINT, 1))));
    assertThat(read(pair, "(,)")).isEqualTo("(null|null)");
    assertThat(read(pair, "(\"\",\"{1,2}\")")).isEqualTo("(|[1|2])");
    assertThat(read(pair, "(\"a\"\"b\\\\c, )\",)")).isEqualTo("(a\"b\\c, )|null)");
    assertThat(read(array(pair, 1), "{\"(x,\\\"{1,2}\\\")\",NULL}")).isEqualTo("[(x|[1|2])|null]");
  }

  @Test
  void rangesHaveBoundsOrNone() {
    var range = new PostgresType.Range("textrange", 1, TEXT);
    assertThat(read(range, "empty")).isEqualTo("(null|null|false|false|true)");
    assertThat(read(range, "[a,\"b \"\"c\"]")).isEqualTo("(a|b \"c|true|true|false)");
    assertThat(read(range, "(,\"\")")).isEqualTo("(null||false|false|false)");
    var multirange = new PostgresType.Multirange("textmultirange", 1, range);
    assertThat(read(multirange, "{}")).isEqualTo("[]");
    assertThat(read(multirange, "{[a,\"b]\"),(c,)}"))
        .isEqualTo("[(a|b]|true|false|false)|(c|null|false|false|false)]");
    assertThat(read(new PostgresType.Range("inetrange", 1, INET), "[10.0.0.1,::1)"))
        .isEqualTo("(10.0.0.1/32|::1/128|true|false|false)");
  }

  @Test
  void extensionsHaveTheirOwn() {
    var hstore = new PostgresType.Extension("hstore", 1, -1, "hstore", "public", "hstore");
    assertThat(read(hstore, "")).isEqualTo("{}");
    assertThat(read(hstore, "\"a=>b\"=>\"1, 2\", \"\"=>NULL, \"n\"=>\"NULL\""))
        .isEqualTo("{a=>b=>1, 2|=>null|n=>NULL}");
    var vector = new PostgresType.Extension("vector", 1, 2, "vector", "public", "vector");
    assertThat(read(vector, "[1,-0.5]")).isEqualTo("[3f800000|bf000000]");
  }

  @ParameterizedTest
  @CsvSource({
    "16, x",
    "16, true",
    "20, 9223372036854775808",
    "20, 1x",
    "21, 40000",
    "701, 1.5.5",
    "1082, 2024-13-01",
    "1082, 2024/01/01",
    "1083, 12:00",
    "1114, 2024-01-01",
    "1114, 2024-01-01 00:00:00x",
    "1186, 1 day 2 parsecs",
    "1700, 1e5",
    "1700, five",
    "17, 00ff",
    "17, \\xf",
    "17, \\xzz",
    "2950, 00112233-4455"
  })
  void aTextThatIsNoneOfTheTypesIsRefused(int oid, String text) {
    assertThatThrownBy(() -> read(scalar(oid), text))
        .isInstanceOfAny(
            IllegalArgumentException.class,
            ArithmeticException.class,
            java.time.DateTimeException.class);
  }

  @Test
  void aNestedTextThatIsDamagedIsRefused() {
    for (String text : List.of("{", "{1", "{1,2", "1", "{1}}", "{{1},2}", "{\"1}")) {
      assertThatThrownBy(() -> read(array(BIGINT, 1), text))
          .as(text)
          .isInstanceOf(RuntimeException.class);
    }
    var range = new PostgresType.Range("r", 1, BIGINT);
    for (String text : List.of("", "[1", "[1,2", "1,2]", "[1,2]x")) {
      assertThatThrownBy(() -> read(range, text))
          .as(text)
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void geometriesLoseTheirSrid() {
    String point = "000000000000f03f0000000000000040";
    assertThat(read(GEOMETRY, "0101000020E6100000" + point)).isEqualTo("0101000000" + point);
    assertThat(read(GEOMETRY, "01010000A0E6100000" + point + point.substring(0, 16)))
        .isEqualTo("01e9030000" + point + point.substring(0, 16));
    assertThat(read(GEOMETRY, "000000000200000001" + point))
        .isEqualTo("000000000200000001" + point);
    assertThat(read(array(GEOMETRY, 1), "{0101000000%1$s:0101000000%1$s}".formatted(point)))
        .isEqualTo("[0101000000%1$s|0101000000%1$s]".formatted(point));
    for (String damaged :
        List.of("", "01", "0102000000ffffff7f", "0163000000", "0101000000" + point + "00")) {
      assertThatThrownBy(() -> read(GEOMETRY, damaged)).isInstanceOf(RuntimeException.class);
    }
  }
}
