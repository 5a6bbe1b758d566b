package io.millrace.sinks.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;
import org.apache.arrow.vector.types.pojo.Schema;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type, value by value, as DuckDB reads it. */
class ParquetTypesTest {
  private static final String LONG_TEXT = "0123456789abcdef€🦀".repeat(13_000);
  private static final String NINES_38 = "9".repeat(38);

  @TempDir Path folder;
  private BufferAllocator allocator;

  @BeforeEach
  void open() {
    allocator = new RootAllocator();
  }

  @AfterEach
  void close() {
    allocator.close();
  }

  static Stream<Column> integers() {
    return Stream.of(
        column(new ArrowType.Bool(), "BOOLEAN").value(true, "true").value(false, "false"),
        column(new ArrowType.Int(8, true), "TINYINT").value(-128, "-128").value(127, "127"),
        column(new ArrowType.Int(16, true), "SMALLINT")
            .value(-32768, "-32768")
            .value(32767, "32767"),
        column(new ArrowType.Int(32, true), "INTEGER")
            .value(Integer.MIN_VALUE, "-2147483648")
            .value(Integer.MAX_VALUE, "2147483647"),
        column(new ArrowType.Int(64, true), "BIGINT")
            .value(Long.MIN_VALUE, "-9223372036854775808")
            .value(Long.MAX_VALUE, "9223372036854775807"),
        column(new ArrowType.Int(8, false), "UTINYINT").value(0, "0").value(255, "255"),
        column(new ArrowType.Int(16, false), "USMALLINT").value(0, "0").value(65535, "65535"),
        column(new ArrowType.Int(32, false), "UINTEGER").value(0, "0").value(-1, "4294967295"),
        column(new ArrowType.Int(64, false), "UBIGINT")
            .value(0, "0")
            .value(-1, "18446744073709551615"));
  }

  static Stream<Column> floats() {
    return Stream.of(
        column(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), "FLOAT")
            .value(Float.NaN, "nan")
            .value(-0.0f, "-0.0")
            .value(Float.NEGATIVE_INFINITY, "-inf")
            .value(Float.MAX_VALUE, "3.4028235e+38")
            .value(1.5f, "1.5"),
        column(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "DOUBLE")
            .value(Double.NaN, "nan")
            .value(-0.0, "-0.0")
            .value(Double.POSITIVE_INFINITY, "inf")
            .value(Double.MIN_VALUE, "5e-324")
            .value(-Double.MAX_VALUE, "-1.7976931348623157e+308"));
  }

  static Stream<Column> decimals() {
    return Stream.of(
        decimal(4, 2, 128, "-99.99", "99.99", "0.00", "-0.01"),
        decimal(9, 0, 128, "-999999999", "999999999"),
        decimal(10, 10, 128, "-.9999999999", ".0000000001"),
        decimal(18, 3, 128, "-999999999999999.999", "0.001"),
        decimal(19, 4, 128, "-999999999999999.9999", "1.0000"),
        decimal(38, 0, 128, NINES_38, "-" + NINES_38, "0"),
        decimal(38, 10, 128, "-0.0000000001", "12345.6789012345"),
        decimal(9, 2, 256, "-9999999.99", "9999999.99"),
        decimal(18, 2, 256, "-9999999999999999.99", "0.01"),
        decimal(38, 2, 256, "-1234567890123456789012345.67", "0.01"));
  }

  static Stream<Column> times() {
    return Stream.of(
        column(new ArrowType.Date(DateUnit.DAY), "DATE")
            .value(0, "1970-01-01")
            .value(LocalDate.of(-43, 3, 15).toEpochDay(), "0044-03-15 (BC)")
            .value(LocalDate.of(-4712, 1, 1).toEpochDay(), "4713-01-01 (BC)")
            .value(LocalDate.of(9999, 12, 31).toEpochDay(), "9999-12-31"),
        column(new ArrowType.Time(TimeUnit.SECOND, 32), "TIME")
            .value(0, "00:00:00")
            .value(86_399, "23:59:59"),
        column(new ArrowType.Time(TimeUnit.MILLISECOND, 32), "TIME")
            .value(0, "00:00:00")
            .value(86_399_999, "23:59:59.999"),
        column(new ArrowType.Time(TimeUnit.MICROSECOND, 64), "TIME")
            .value(1, "00:00:00.000001")
            .value(86_399_999_999L, "23:59:59.999999"),
        column(new ArrowType.Time(TimeUnit.NANOSECOND, 64), "TIME_NS")
            .value(1, "00:00:00.000000001")
            .value(86_399_999_999_999L, "23:59:59.999999999"),
        timestamp(TimeUnit.SECOND, null, "TIMESTAMP")
            .value(0, "1970-01-01 00:00:00")
            .value(LocalDate.of(-43, 3, 15).toEpochDay() * 86_400, "0044-03-15 (BC) 00:00:00"),
        timestamp(TimeUnit.MILLISECOND, null, "TIMESTAMP")
            .value(1_600_000_000_123L, "2020-09-13 12:26:40.123"),
        timestamp(TimeUnit.MICROSECOND, null, "TIMESTAMP")
            .value(-1, "1969-12-31 23:59:59.999999")
            .value(253_402_300_799_999_999L, "9999-12-31 23:59:59.999999"),
        timestamp(TimeUnit.NANOSECOND, null, "TIMESTAMP_NS")
            .value(-1, "1969-12-31 23:59:59.999999999"),
        timestamp(TimeUnit.SECOND, "Europe/Berlin", "TIMESTAMP WITH TIME ZONE")
            .value(0, "1970-01-01 00:00:00+00"),
        timestamp(TimeUnit.MILLISECOND, "UTC", "TIMESTAMP WITH TIME ZONE")
            .value(1, "1970-01-01 00:00:00.001+00"),
        timestamp(TimeUnit.MICROSECOND, "UTC", "TIMESTAMP WITH TIME ZONE")
            .value(1, "1970-01-01 00:00:00.000001+00"),
        timestamp(TimeUnit.NANOSECOND, "UTC", "TIMESTAMP WITH TIME ZONE")
            .value(1_000, "1970-01-01 00:00:00.000001+00"));
  }

  static Stream<Column> texts() {
    return Stream.of(
        column(new ArrowType.Utf8(), "VARCHAR")
            .same("", "a", "Grüße 🦀 漢字", "a", "'\"\\\n\t", LONG_TEXT, ""),
        column(new ArrowType.LargeUtf8(), "VARCHAR").same("", "b", "🦀", LONG_TEXT, "b"),
        column(new ArrowType.Utf8(), "JSON")
            .extension("arrow.json")
            .same("{}", "[1, {\"a\": \"ü\"}]", "null"));
  }

  static Stream<Column> bytes() {
    byte[] uuid = new byte[17];
    byte[] digits = new BigInteger("f81d4fae7dec11d0a76500a0c91e6bf6", 16).toByteArray();
    System.arraycopy(digits, 0, uuid, 0, 17);
    return Stream.of(
        column(new ArrowType.Binary(), "BLOB")
            .value(new byte[0], "")
            .value(new byte[] {0, -1, 'a'}, "\\x00\\xFFa"),
        column(new ArrowType.LargeBinary(), "BLOB")
            .value(new byte[0], "")
            .value(new byte[] {-128}, "\\x80"),
        column(new ArrowType.FixedSizeBinary(3), "BLOB")
            .value(new byte[] {0, 0, 0}, "\\x00\\x00\\x00")
            .value(new byte[] {-1, 'b', 'c'}, "\\xFFbc"),
        column(new ArrowType.FixedSizeBinary(16), "UUID")
            .extension("arrow.uuid")
            .value(new byte[16], "00000000-0000-0000-0000-000000000000")
            .value(Arrays.copyOfRange(uuid, 1, 17), "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  }

  @ParameterizedTest
  @MethodSource({"integers", "floats", "decimals", "times", "texts", "bytes"})
  void duckDbReadsWhatWasWritten(Column column) throws Exception {
    Path file = write(column.field(false), column.values());

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT DISTINCT typeof(v) FROM %s", file))
          .containsExactly(column.duckType());
      assertThat(duck.column("SELECT v::VARCHAR FROM %s", file)).isEqualTo(column.texts());
    }
  }

  @ParameterizedTest
  @MethodSource({"integers", "floats", "decimals", "times", "texts", "bytes"})
  void nullsBetweenValuesStayInPlace(Column column) throws Exception {
    Path file = write(column.field(true), amongNulls(column.values()));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT v::VARCHAR FROM %s", file))
          .isEqualTo(amongNulls(column.texts()));
    }
  }

  @ParameterizedTest
  @MethodSource({"integers", "floats", "decimals", "times", "texts", "bytes"})
  void statisticsNeverHideAValue(Column column) throws Exception {
    Path file = write(column.field(true), amongNulls(column.values()));

    try (DuckDb duck = new DuckDb()) {
      for (String text : column.texts()) {
        String literal = "'" + text.replace("'", "''") + "'::" + column.duckType();
        assertThat(duck.value("SELECT count(*) > 0 FROM %s WHERE v = " + literal, file))
            .isEqualTo("true");
      }
    }
  }

  @ParameterizedTest
  @MethodSource({"integers", "floats", "decimals", "times", "texts", "bytes"})
  void nothingButNulls(Column column) throws Exception {
    Path file = write(column.field(true), Arrays.asList(null, null, null));

    try (DuckDb duck = new DuckDb()) {
      assertThat(duck.column("SELECT v FROM %s", file)).containsExactly(null, null, null);
    }
  }

  private Path write(Field field, List<?> values) throws Exception {
    Path file = folder.resolve("v.parquet");
    Schema schema = new Schema(List.of(field));
    try (VectorSchemaRoot batch = VectorSchemaRoot.create(schema, allocator);
        var writer =
            new ArrowParquetWriter(
                new LocalOutputFile(file), schema, ParquetOptions.DEFAULT, Map.of())) {
      batch.allocateNew();
      for (int row = 0; row < values.size(); row++) {
        Cells.set(batch.getVector(0), row, values.get(row));
      }
      batch.setRowCount(values.size());
      writer.append(batch);
      assertThat(writer.finish().rows()).isEqualTo(values.size());
    }
    return file;
  }

  private static <E> List<E> amongNulls(List<E> values) {
    List<E> all = new ArrayList<>();
    for (E value : values) {
      all.add(null);
      all.add(value);
    }
    return all;
  }

  private static Column decimal(int precision, int scale, int bits, String... texts) {
    Column column =
        column(
            new ArrowType.Decimal(precision, scale, bits),
            "DECIMAL(%d,%d)".formatted(precision, scale));
    for (String text : texts) {
      column = column.value(new BigDecimal(text), text);
    }
    return column;
  }

  private static Column timestamp(TimeUnit unit, String zone, String duckType) {
    return column(new ArrowType.Timestamp(unit, zone), duckType);
  }

  private static Column column(ArrowType arrow, String duckType) {
    return new Column(arrow, "", duckType, List.of(), List.of());
  }

  /** A type, values of it, and the type and the texts DuckDB makes of them. */
  record Column(
      ArrowType arrow, String extension, String duckType, List<Object> values, List<String> texts) {

    Column extension(String name) {
      return new Column(arrow, name, duckType, values, texts);
    }

    Column value(Object value, String text) {
      List<Object> moreValues = new ArrayList<>(values);
      moreValues.add(value);
      List<String> moreTexts = new ArrayList<>(texts);
      moreTexts.add(text);
      return new Column(arrow, extension, duckType, moreValues, moreTexts);
    }

    Column same(String... all) {
      return new Column(arrow, extension, duckType, List.of((Object[]) all), List.of(all));
    }

    Field field(boolean nullable) {
      Map<String, String> metadata =
          extension.isEmpty() ? Map.of() : Map.of("ARROW:extension:name", extension);
      return new Field("v", new FieldType(nullable, arrow, null, metadata), List.of());
    }

    @Override
    public String toString() {
      return arrow + (extension.isEmpty() ? "" : " as " + extension);
    }
  }
}
