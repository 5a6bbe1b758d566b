package io.millrace.transforms;

import static io.millrace.transforms.Vectors.cast;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SampleRows;
import io.millrace.core.stage.Transform;
import io.millrace.core.stage.TransformContract;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CastTest extends TransformContract {
  private static final Map<String, String> ALL =
      Map.ofEntries(
          Map.entry("id", "decimal(30,2)"),
          Map.entry("flag", "int8"),
          Map.entry("small", "float32"),
          Map.entry("number", "uint16"),
          Map.entry("ratio4", "float64"),
          Map.entry("ratio8", "string"),
          Map.entry("amount", "decimal(40,4)"),
          Map.entry("wide", "string"),
          Map.entry("name", "binary"),
          Map.entry("day", "timestamp(ms)"),
          Map.entry("time", "time(ns)"),
          Map.entry("local", "timestamp(us, UTC)"),
          Map.entry("instant", "date"),
          Map.entry("key", "string"),
          Map.entry("doc", "string"));

  @Override
  protected Transform open(Schema input) {
    return Opened.withOptions("cast", Map.of("columns", ALL, "on_error", "null"), input);
  }

  @Test
  void onlyTheTypeChangesAndNullabilityWhereErrorsAreNull() {
    Schema input = SampleRows.SCHEMA;
    Field exact =
        Opened.withOptions("cast", Map.of("columns", Map.of("id", "int32")), input)
            .output()
            .findField("id");
    assertThat(exact.isNullable()).isFalse();
    assertThat(exact.getType()).isEqualTo(new ArrowType.Int(32, true));
    assertThat(exact.getMetadata()).isEqualTo(input.findField("id").getMetadata());

    Schema output = open(input).output();
    assertThat(output.findField("id").isNullable()).isTrue();
    assertThat(output.findField("key").getMetadata())
        .as("no extension type any more")
        .containsOnlyKeys("millrace.source-type");
    assertThat(Opened.names(output)).isEqualTo(Opened.names(input));
  }

  /** Values are separated by blanks; {@code -} is NULL, and a misfit after the arrow. */
  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          int64   | int8    | -129 -128 127 128 - | - -128 127 - -
          int64   | int16   | -32769 -32768 32767 32768 | - -32768 32767 -
          int64   | int32   | -2147483649 -2147483648 2147483647 2147483648 | - -2147483648 2147483647 -
          int64   | uint8   | -1 0 255 256 | - 0 255 -
          int64   | uint16  | -1 0 65535 65536 | - 0 65535 -
          int64   | uint32  | -1 0 4294967295 4294967296 | - 0 4294967295 -
          int64   | uint64  | -1 0 9223372036854775807 | - 0 9223372036854775807
          uint64  | int64   | 0 9223372036854775807 9223372036854775808 18446744073709551615 | 0 9223372036854775807 - -
          uint64  | int8    | 127 128 18446744073709551615 | 127 - -
          uint32  | int32   | 2147483647 2147483648 | 2147483647 -
          int8    | int64   | -128 127 - | -128 127 -
          bool    | int32   | true false - | 1 0 -
          int16   | bool    | 0 1 2 -1 - | false true - - -
          int64   | decimal(18,0) | -999999999999999999 1000000000000000000 | -999999999999999999 -
          int64   | decimal(5,2)  | 999 1000 -999 -1000 - | 999.00 - -999.00 - -
          int64   | decimal(38,2) | -9223372036854775808 9223372036854775807 | -9223372036854775808.00 9223372036854775807.00
          uint64  | decimal(20,0) | 18446744073709551615 | 18446744073709551615
          decimal(10,2) | int32  | 1.00 1.50 -2.00 99999999.00 | 1 - -2 99999999
          decimal(10,2) | decimal(10,3) | 1.25 9999999.99 10000000.00 | 1.250 9999999.990 -
          decimal(10,3) | decimal(10,2) | 1.250 1.255 -1.255 -1.250 | 1.25 - - -1.25
          decimal(30,2) | int64  | 9223372036854775807.00 9223372036854775808.00 1.50 | 9223372036854775807 - -
          decimal(30,2) | uint64 | 18446744073709551615.00 18446744073709551616.00 -1.00 | 18446744073709551615 - -
          decimal(50,3) | decimal(10,2) | 1.230 1.234 99999999.990 100000000.000 | 1.23 - 99999999.99 -
          decimal(10,2) | decimal(60,40) | -1.25 | -1.2500000000000000000000000000000000000000
          float64 | int32   | 1 -1 1.5 2147483647 2147483648 -2147483649 NaN Infinity -0 - | 1 -1 - 2147483647 - - - - 0 -
          float64 | int64   | 9007199254740993 9223372036854775807 -9223372036854775808 -Infinity | 9007199254740992 - -9223372036854775808 -
          float64 | uint64  | 18446744073709549568 18446744073709551615 -1 | 18446744073709549568 - -
          float32 | int8    | 127 128 -128 -129 0.5 | 127 - -128 - -
          int64   | float64 | 9007199254740992 9007199254740993 9223372036854775807 -9223372036854775808 | 9.007199254740992e+15 - - -9.223372036854776e+18
          int32   | float32 | 16777216 16777217 -5 | 1.6777216e+07 - -5
          float64 | float32 | 0.5 0.1 1e300 NaN -Infinity -0 | 0.5 - - NaN -Infinity -0
          float32 | float64 | 0.5 NaN Infinity -0 3.4028235e38 | 0.5 NaN Infinity -0 3.4028234663852886e+38
          float64 | decimal(10,2) | 0.1 0.125 -99999999.99 1e8 NaN -0 | 0.10 - -99999999.99 - - 0.00
          float32 | decimal(10,2) | 0.1 0.125 | 0.10 -
          decimal(10,2) | float64 | 0.10 -99999999.99 0.00 | 0.1 -99999999.99 0
          decimal(10,2) | float32 | 0.10 99999999.99 | 0.1 -
          decimal(30,2) | float64 | 1234567890123456789012345678.91 1.25 | - 1.25
          """)
  void numbersStayTheNumbersTheyAre(String from, String to, String values, String expected) {
    assertThat(cast(from, to, "null", split(values))).containsExactly(split(expected));
  }

  @ParameterizedTest(name = "{0} -> {1}: {2}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timestamp(us) | timestamp(ms) | 2024-02-29T12:00:00.123 2024-02-29T12:00:00.123456 1969-12-31T23:59:59.999 1969-12-31T23:59:59.999999 - | 2024-02-29T12:00:00.123 - 1969-12-31T23:59:59.999 - -
          timestamp(s)  | timestamp(ns) | 2262-04-11T23:47:16 2262-04-11T23:47:17 1677-09-21T00:12:44 1677-09-21T00:12:43 | 2262-04-11T23:47:16 - 1677-09-21T00:12:44 -
          timestamp(ms, UTC) | timestamp(us, Europe/Berlin) | 2024-03-31T01:00:00Z | 2024-03-31T01:00:00Z
          timestamp(us) | timestamp(us, UTC) | 2024-03-31T02:30:00 | 2024-03-31T02:30:00Z
          timestamp(us, UTC) | timestamp(s) | 0000-03-01T00:00:00Z -0044-03-15T12:00:00Z +10000-01-01T00:00:00Z | 0000-03-01T00:00:00 -0044-03-15T12:00:00 +10000-01-01T00:00:00
          date | timestamp(us, UTC) | 2024-02-29 -0044-03-15 +10000-01-01 - | 2024-02-29T00:00:00Z -0044-03-15T00:00:00Z +10000-01-01T00:00:00Z -
          date | timestamp(ns) | 2262-04-11 2262-04-12 | 2262-04-11T00:00:00 -
          timestamp(us, UTC) | date | 2024-02-29T23:59:59.999999Z 1969-12-31T23:59:59.999999Z 1970-01-01T00:00:00Z -0001-12-31T23:00:00Z | 2024-02-29 1969-12-31 1970-01-01 -0001-12-31
          timestamp(s) | date | +5881580-07-11T23:59:59 +5881580-07-12T00:00:00 | +5881580-07-11 -
          time(us) | time(s) | 23:59:59 23:59:59.000001 00:00:00 | 23:59:59 - 00:00:00
          time(s) | time(ns) | 23:59:59 - | 23:59:59 -
          """)
  void instantsStayTheInstantsTheyAre(String from, String to, String values, String expected) {
    assertThat(cast(from, to, "null", split(values))).containsExactly(split(expected));
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bool    | true false TRUE 1 t | true false - - -
          int8    | -128 127 128 +5 5.0 1e2 0x1 ٣ | -128 127 - 5 - - - -
          uint64  | 18446744073709551615 18446744073709551616 -1 | 18446744073709551615 - -
          float64 | 0.1 1e23 2e23 4.9e-324 1.7976931348623157e308 1e309 -0 NaN nan Infinity 1d 0x1p3 .5 1. | 0.1 1e+23 2e+23 5e-324 1.7976931348623157e+308 - -0 NaN - Infinity - - 0.5 1
          float32 | 0.1 3.4028235e38 3.5e38 1e-45 123456 1234567 0.0001 0.00001 | 0.1 3.4028235e+38 - 1e-45 123456 1.234567e+06 0.0001 1e-05
          decimal(5,2) | 999.99 1000 0.001 1e2 1e999999999 1e-999999999 0e999999999 -0.10 | 999.99 - - 100.00 - - 0.00 -0.10
          decimal(40,0) | 9999999999999999999999999999999999999999 1e40 | 9999999999999999999999999999999999999999 -
          date    | 2024-02-29 2023-02-29 2024-2-9 -0044-03-15 +10000-01-01 +5881580-07-11 +5881580-07-12 | 2024-02-29 - - -0044-03-15 +10000-01-01 +5881580-07-11 -
          time(ms) | 23:59:59.999 24:00:00 12:00 12:00:00.0001 | 23:59:59.999 - 12:00:00 -
          timestamp(us) | 2024-02-29T12:00:00.000001 2024-02-29T12:00:00Z 2023-02-29T12:00:00 2024-01-01 | 2024-02-29T12:00:00.000001 - - -
          timestamp(us, UTC) | 2024-02-29T12:00:00+02:00 2024-02-29T12:00:00 2024-02-29T12:00:00Z 2024-02-29T12:00:00+00 | 2024-02-29T10:00:00Z 2024-02-29T12:00:00Z 2024-02-29T12:00:00Z 2024-02-29T12:00:00Z
          timestamp(ns) | 1677-09-21T00:12:43.145224192 1677-09-21T00:12:43.145224191 2262-04-11T23:47:16.854775807 2262-04-11T23:47:16.854775808 | 1677-09-21T00:12:43.145224192 - 2262-04-11T23:47:16.854775807 -
          """)
  void textIsReadStrictly(String to, String values, String expected) {
    assertThat(cast("string", to, "null", split(values))).containsExactly(split(expected));
  }

  @Test
  void postgresOwnTimestampsAreRead() {
    assertThat(
            cast("string", "timestamp(us, UTC)", "null", "2024-02-29 12:00:00.5+02", " 2024-01-01"))
        .containsExactly("2024-02-29T10:00:00.5Z", null);
  }

  @Test
  void everyScalarHasAText() {
    assertThat(cast("bool", "string", "error", "true", null)).containsExactly("true", null);
    assertThat(cast("uint64", "string", "error", "18446744073709551615"))
        .containsExactly("18446744073709551615");
    assertThat(cast("decimal(20,6)", "string", "error", "0.000001", "-5"))
        .containsExactly("0.000001", "-5.000000");
    assertThat(cast("binary", "string", "error", "Zürich, 東京, 🚕", ""))
        .containsExactly("Zürich, 東京, 🚕", "");
    assertThat(cast("string", "binary", "error", "東京")).containsExactly("東京");
    assertThat(cast("timestamp(s, Europe/Berlin)", "string", "error", "2024-03-31T01:00:00Z"))
        .containsExactly("2024-03-31T01:00:00Z");
    String uuid = "0f8fad5b-d9cb-469f-a165-70867728950e";
    Field key = Vectors.extension("v", "arrow.uuid", new ArrowType.FixedSizeBinary(16));
    assertThat(cast(key, "string", "error", List.of(uuid))).containsExactly(uuid);
    Field doc = Vectors.extension("v", "arrow.json", ArrowType.Utf8.INSTANCE);
    assertThat(cast(doc, "string", "error", List.of("{\"a\": 1}"))).containsExactly("{\"a\": 1}");
  }

  @Test
  void aMisfitIsNamed() {
    assertThatThrownBy(() -> cast("int64", "int8", "error", "1", null, "300"))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.DATA))
        .hasMessage("Cannot cast column \"v\" in row 3 of a batch: \"300\" is no int8");
    assertThatThrownBy(() -> cast("string", "date", "error", "x".repeat(100)))
        .hasMessage(
            "Cannot cast column \"v\" in row 1 of a batch: \"%s...\" is no date"
                .formatted("x".repeat(60)));
    assertThatThrownBy(() -> cast("decimal(30,2)", "decimal(4,2)", "error", "100.25"))
        .hasMessage("Cannot cast column \"v\" in row 1 of a batch: \"100.25\" is no decimal(4,2)");
  }

  @Test
  void whatLiesUnderANullIsNoMisfit() {
    try (var allocator = new RootAllocator()) {
      Schema schema = new Schema(List.of(Vectors.column("v", "int64")));
      VectorSchemaRoot batch =
          Vectors.batch(allocator, schema, List.of(List.of("1", "9223372036854775807")));
      batch.getVector(0).setNull(1);
      for (String word : List.of("int8", "float64", "decimal(4,2)", "decimal(20,2)", "string")) {
        Transform cast = Opened.transform("cast", Map.of("v", word), schema);
        try (VectorSchemaRoot out =
            cast.apply(Vectors.batch(allocator, schema, List.of(List.of("1"))), UNIT)) {
          assertThat(out.getRowCount()).isEqualTo(1);
        }
        try (VectorSchemaRoot out = cast.apply(batch.slice(0, 2), UNIT)) {
          assertThat(Vectors.texts(out.getVector("v")).get(1)).isNull();
        }
      }
      batch.close();
    }
  }

  @Test
  void severalChunksAreCastLikeOne() {
    String[] texts = IntStream.range(0, 5_000).mapToObj(Integer::toString).toArray(String[]::new);
    texts[1023] = null;
    texts[4097] = null;
    assertThat(cast("int64", "int16", "error", texts)).containsExactly(texts);
    assertThat(cast("int64", "float64", "error", texts)).hasSize(5_000).endsWith("4999");
  }

  @Test
  void castsThatMakeNoSenseAreRefused() {
    Schema schema = SampleRows.SCHEMA;
    refused("flag", "float64", "Cannot cast column \"flag\" from bool to float64");
    refused("flag", "date", "Cannot cast column \"flag\" from bool to date");
    refused("day", "int32", "Cannot cast column \"day\" from date to int32");
    refused("time", "timestamp(us)", "Cannot cast column \"time\" from time(us) to timestamp(us)");
    refused("key", "binary", "Cannot cast column \"key\" from arrow.uuid to binary");
    refused("doc", "int32", "Cannot cast column \"doc\" from arrow.json to int32");
    refused("blob", "int32", "Cannot cast column \"blob\" from binary to int32");
    Opened.assertRefused(
        "cast",
        Map.of("amuont", "int8"),
        schema,
        "columns.amuont",
        "Unknown column \"amuont\": did you mean \"amount\"?");
    Opened.assertRefused(
        "cast",
        Map.of(),
        schema,
        "columns",
        "Cannot cast nothing: give at least one column and its new type");
    Opened.assertRefused(
        "cast",
        Map.of("id", "int46"),
        schema,
        "columns.id",
        "Unknown type \"int46\": did you mean \"int16\"?");
  }

  private static void refused(String column, String word, String message) {
    Opened.assertRefused(
        "cast",
        Map.of(column, word),
        SampleRows.SCHEMA,
        "columns." + column,
        message + ": these values have nothing in common");
  }

  private static String[] split(String values) {
    return Arrays.stream(values.split(" "))
        .map(text -> text.equals("-") ? null : text)
        .toArray(String[]::new);
  }
}
