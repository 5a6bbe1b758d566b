package io.millrace.sinks.clickhouse;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.FieldType;

/** Every type of column that the sink takes, with odd values, and what it refuses. */
final class ClickHouseTypeCases {
  private static final long DAY = 86_400;
  private static final long FIRST = LocalDate.of(1900, 1, 1).toEpochDay();
  private static final long LAST = LocalDate.of(2299, 12, 31).toEpochDay();
  private static final ArrowType INT = new ArrowType.Int(32, true);

  private ClickHouseTypeCases() {}

  static Stream<ClickHouseTypeCase> all() {
    return Stream.of(integers(), floats(), decimals(), times(), texts(), nested())
        .flatMap(cases -> cases);
  }

  static Stream<ClickHouseTypeCase> integers() {
    return Stream.of(
        column(new ArrowType.Bool(), "Bool").value(true, "true").value(false, "false"),
        column(new ArrowType.Int(8, true), "Int8").value(-128, "-128").value(127, "127"),
        column(new ArrowType.Int(16, true), "Int16").value(-32768, "-32768").value(32767, "32767"),
        column(INT, "Int32")
            .value(Integer.MIN_VALUE, "-2147483648")
            .value(Integer.MAX_VALUE, "2147483647"),
        column(new ArrowType.Int(64, true), "Int64")
            .value(Long.MIN_VALUE, "-9223372036854775808")
            .value(Long.MAX_VALUE, "9223372036854775807"),
        column(new ArrowType.Int(8, false), "UInt8").value(0, "0").value(255, "255"),
        column(new ArrowType.Int(16, false), "UInt16").value(0, "0").value(65535, "65535"),
        column(new ArrowType.Int(32, false), "UInt32").value(0, "0").value(-1, "4294967295"),
        column(new ArrowType.Int(64, false), "UInt64")
            .value(0, "0")
            .value(-1, "18446744073709551615"),
        column(new ArrowType.Duration(TimeUnit.SECOND), "Int64").value(-5, "-5"),
        column(new ArrowType.Duration(TimeUnit.NANOSECOND), "Int64")
            .value(Long.MAX_VALUE, "9223372036854775807"));
  }

  static Stream<ClickHouseTypeCase> floats() {
    return Stream.of(
        column(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), "Float32")
            .value((short) 0x3e00, "1.5")
            .value((short) 0xfc00, "-inf")
            .value((short) 0x7bff, "65504"),
        column(new ArrowType.FloatingPoint(FloatingPointPrecision.SINGLE), "Float32")
            .value(Float.NaN, "nan")
            .value(-0.0f, "-0")
            .value(Float.NEGATIVE_INFINITY, "-inf")
            .value(Float.MAX_VALUE, "3.4028235e38")
            .value(1.5f, "1.5"),
        column(new ArrowType.FloatingPoint(FloatingPointPrecision.DOUBLE), "Float64")
            .value(Double.NaN, "nan")
            .value(-0.0, "-0")
            .value(Double.POSITIVE_INFINITY, "inf")
            .value(Double.MIN_VALUE, "5e-324")
            .value(-Double.MAX_VALUE, "-1.7976931348623157e308"));
  }

  static Stream<ClickHouseTypeCase> decimals() {
    String nines = "9".repeat(76);
    return Stream.of(
        decimal(4, 2, 128, "-99.99", "99.99", "0.00", "-0.01"),
        decimal(9, 0, 128, "-999999999", "999999999"),
        decimal(10, 10, 128, "-.9999999999", ".0000000001"),
        decimal(18, 3, 128, "-999999999999999.999", "0.001"),
        decimal(19, 4, 128, "-999999999999999.9999", "1.0000"),
        decimal(38, 0, 128, nines.substring(38), "-" + nines.substring(38), "0"),
        decimal(38, 10, 128, "-0.0000000001", "12345.6789012345"),
        decimal(9, 2, 256, "-9999999.99", "9999999.99"),
        decimal(76, 0, 256, nines, "-" + nines),
        decimal(76, 38, 256, nines.substring(38) + "." + nines.substring(38), "0.01"));
  }

  static Stream<ClickHouseTypeCase> times() {
    return Stream.of(
        column(new ArrowType.Date(DateUnit.DAY), "Date32")
            .value(0, "1970-01-01")
            .value(FIRST, "1900-01-01")
            .value(LAST, "2299-12-31"),
        column(new ArrowType.Time(TimeUnit.SECOND, 32), "Time64(0)")
            .value(0, "00:00:00")
            .value(86_399, "23:59:59"),
        column(new ArrowType.Time(TimeUnit.MILLISECOND, 32), "Time64(3)")
            .value(0, "00:00:00.000")
            .value(86_399_999, "23:59:59.999"),
        column(new ArrowType.Time(TimeUnit.MICROSECOND, 64), "Time64(6)")
            .value(1, "00:00:00.000001")
            .value(86_399_999_999L, "23:59:59.999999"),
        column(new ArrowType.Time(TimeUnit.NANOSECOND, 64), "Time64(9)")
            .value(1, "00:00:00.000000001")
            .value(86_399_999_999_999L, "23:59:59.999999999"),
        timestamp(TimeUnit.SECOND, 0, "Second", "UTC"),
        timestamp(TimeUnit.MILLISECOND, 3, "Milli", "Europe/Berlin"),
        timestamp(TimeUnit.MICROSECOND, 6, "Micro", "UTC"),
        timestamp(TimeUnit.MICROSECOND, 6, "Micro", null),
        column(
                new ArrowType.Timestamp(TimeUnit.NANOSECOND, "UTC"),
                "DateTime64(9, 'UTC')",
                "toString(toUnixTimestamp64Nano(v))")
            .value(-1, "-1")
            .value(FIRST * DAY * 1_000_000_000, "-2208988800000000000")
            .value(Long.MAX_VALUE, "9223372036854775807"));
  }

  private static ClickHouseTypeCase timestamp(TimeUnit unit, int digits, String name, String zone) {
    long second = (long) Math.pow(10, digits);
    long last = (LAST + 1) * DAY * second - 1;
    long first = FIRST * DAY * second;
    return column(
            new ArrowType.Timestamp(unit, zone),
            "DateTime64(%d, '%s')".formatted(digits, zone == null ? "UTC" : zone),
            "toString(toUnixTimestamp64%s(v))".formatted(name))
        .value(0, "0")
        .value(-1, "-1")
        .value(first, Long.toString(first))
        .value(last, Long.toString(last));
  }

  static Stream<ClickHouseTypeCase> texts() {
    byte[] uuid = HexFormat.of().parseHex("f81d4fae7dec11d0a76500a0c91e6bf6");
    String odd = "Grüße 🦀 漢字 \\ ' \t\n\0";
    String hex = HexFormat.of().withUpperCase().formatHex(odd.getBytes(UTF_8));
    String text = "x".repeat(100_000);
    return Stream.of(
        column(new ArrowType.Utf8(), "String", "hex(v)").value("", "").value(odd, hex),
        column(new ArrowType.LargeUtf8(), "String", "hex(v)").value("", "").value(odd, hex),
        column(new ArrowType.Utf8(), "String", "toString(length(v))").value(text, "100000"),
        new ClickHouseTypeCase(
                extension(new ArrowType.Utf8(), "arrow.json"),
                "Nullable(String)",
                "v",
                nulls(),
                texts("\\N"))
            .value("[1, {\"a\": \"ü\"}]", "[1, {\"a\": \"ü\"}]"),
        column(new ArrowType.Binary(), "String", "hex(v)")
            .value(new byte[0], "")
            .value(new byte[] {0, -1, 'a'}, "00FF61"),
        column(new ArrowType.LargeBinary(), "String", "hex(v)").value(new byte[] {-128}, "80"),
        column(new ArrowType.FixedSizeBinary(3), "FixedString(3)", "hex(v)")
            .value(new byte[] {0, 0, 0}, "000000")
            .value(new byte[] {-1, 'b', 0}, "FF6200"),
        new ClickHouseTypeCase(
                extension(new ArrowType.FixedSizeBinary(16), "arrow.uuid"),
                "Nullable(UUID)",
                "toString(v)",
                nulls(),
                texts("\\N"))
            .value(new byte[16], "00000000-0000-0000-0000-000000000000")
            .value(uuid, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
  }

  static Stream<ClickHouseTypeCase> nested() {
    var pair = List.of(Field.notNullable("a", INT), Field.nullable("b b", ArrowType.Utf8.INSTANCE));
    var list = List.of(Field.nullable("item", INT));
    var entries =
        new Field(
            "entries",
            FieldType.notNullable(ArrowType.Struct.INSTANCE),
            List.of(
                Field.notNullable("key", ArrowType.Utf8.INSTANCE), Field.nullable("value", INT)));
    return Stream.of(
        container(ArrowType.List.INSTANCE, list, "Array(Nullable(Int32))")
            .value(List.of(), "[]")
            .value(Arrays.asList(1, null, -3), "[1,NULL,-3]"),
        container(new ArrowType.LargeList(), list, "Array(Nullable(Int32))")
            .value(Arrays.asList(1, null), "[1,NULL]"),
        container(new ArrowType.FixedSizeList(2), list, "Array(Nullable(Int32))")
            .value(Arrays.asList(1, null), "[1,NULL]"),
        container(ArrowType.Struct.INSTANCE, pair, "Tuple(a Int32, `b b` Nullable(String))")
            .value(new Object[] {-1, null}, "(-1,NULL)")
            .value(new Object[] {2, "x"}, "(2,'x')"),
        container(new ArrowType.Map(false), List.of(entries), "Map(String, Nullable(Int32))")
            .value(Map.of(), "{}")
            .value(Map.of("k", 7), "{'k':7}"),
        container(
                ArrowType.List.INSTANCE,
                List.of(new Field("item", FieldType.notNullable(ArrowType.Struct.INSTANCE), pair)),
                "Array(Tuple(a Int32, `b b` Nullable(String)))")
            .value(List.of(), "[]")
            .value(List.of((Object) new Object[] {2, "x"}), "[(2,'x')]"));
  }

  static Stream<ClickHouseTypeCase> refusedValues() {
    var list = List.of(Field.nullable("item", INT));
    return Stream.of(
        refused(new ArrowType.Date(DateUnit.DAY), "years 1900 to 2299", FIRST - 1, LAST + 1),
        refused(
            new ArrowType.Timestamp(TimeUnit.MICROSECOND, "UTC"),
            "years 1900 to 2299",
            FIRST * DAY * 1_000_000 - 1,
            (LAST + 1) * DAY * 1_000_000,
            Long.MAX_VALUE,
            Long.MIN_VALUE),
        new ClickHouseTypeCase(
            new Field("v", FieldType.nullable(ArrowType.List.INSTANCE), list),
            "",
            "null_containers: empty",
            nulls(),
            List.of()));
  }

  static Stream<Field> refusedTypes() {
    return Stream.of(
            new ArrowType.Null(),
            new ArrowType.Date(DateUnit.MILLISECOND),
            new ArrowType.Interval(IntervalUnit.MONTH_DAY_NANO),
            new ArrowType.Utf8View(),
            new ArrowType.BinaryView(),
            new ArrowType.Decimal(10, -2, 128))
        .map(type -> Field.nullable("v", type));
  }

  private static ClickHouseTypeCase refused(ArrowType type, String words, Object... values) {
    return new ClickHouseTypeCase(Field.nullable("v", type), "", words, List.of(values), List.of());
  }

  private static ClickHouseTypeCase decimal(int precision, int scale, int bits, String... numbers) {
    ClickHouseTypeCase column =
        column(
            new ArrowType.Decimal(precision, scale, bits),
            "Decimal(%d, %d)".formatted(precision, scale));
    for (String number : numbers) {
      var value = new BigDecimal(number).setScale(scale);
      String text = value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
      column = column.value(value, text);
    }
    return column;
  }

  private static ClickHouseTypeCase column(ArrowType arrow, String type) {
    return column(arrow, type, "toString(v)");
  }

  /** A nullable column whose first value is NULL. */
  private static ClickHouseTypeCase column(ArrowType arrow, String type, String text) {
    return new ClickHouseTypeCase(
        Field.nullable("v", arrow), "Nullable(%s)".formatted(type), text, nulls(), texts("\\N"));
  }

  private static ClickHouseTypeCase container(ArrowType arrow, List<Field> children, String type) {
    return new ClickHouseTypeCase(
        new Field("v", FieldType.notNullable(arrow), children),
        type,
        "toString(v)",
        List.of(),
        List.of());
  }

  private static Field extension(ArrowType storage, String name) {
    return new Field(
        "v",
        new FieldType(
            true, storage, null, Map.of(ArrowType.ExtensionType.EXTENSION_METADATA_KEY_NAME, name)),
        List.of());
  }

  private static List<Object> nulls() {
    return Arrays.asList((Object) null);
  }

  private static List<String> texts(String one) {
    return List.of(one);
  }
}
