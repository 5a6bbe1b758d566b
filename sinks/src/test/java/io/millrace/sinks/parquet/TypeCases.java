package io.millrace.sinks.parquet;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDate;
import java.time.Period;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.apache.arrow.vector.PeriodDuration;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.FloatingPointPrecision;
import org.apache.arrow.vector.types.IntervalUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Every type of column, and what DuckDB makes of odd values of it. */
final class TypeCases {
  private static final String LONG_TEXT = "0123456789abcdef€🦀".repeat(13_000);
  private static final String NINES_38 = "9".repeat(38);

  private TypeCases() {}

  static Stream<TypeCase> all() {
    return Stream.of(integers(), floats(), decimals(), times(), texts(), bytes(), others())
        .flatMap(cases -> cases);
  }

  static Stream<TypeCase> integers() {
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

  static Stream<TypeCase> floats() {
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

  static Stream<TypeCase> decimals() {
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

  static Stream<TypeCase> times() {
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

  static Stream<TypeCase> texts() {
    return Stream.of(
        column(new ArrowType.Utf8(), "VARCHAR")
            .same("", "a", "Grüße 🦀 漢字", "a", "'\"\\\n\t", LONG_TEXT, ""),
        column(new ArrowType.LargeUtf8(), "VARCHAR").same("", "b", "🦀", LONG_TEXT, "b"),
        column(new ArrowType.Utf8(), "JSON")
            .extension("arrow.json")
            .same("{}", "[1, {\"a\": \"ü\"}]", "null"));
  }

  static Stream<TypeCase> bytes() {
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

  static Stream<TypeCase> others() {
    return Stream.of(
        column(new ArrowType.FloatingPoint(FloatingPointPrecision.HALF), "FLOAT")
            .value((short) 0x3e00, "1.5")
            .value((short) 0x7e00, "nan")
            .value((short) 0x8000, "-0.0")
            .value((short) 0xfc00, "-inf")
            .value((short) 0x7bff, "65504.0"),
        column(new ArrowType.Date(DateUnit.MILLISECOND), "DATE")
            .value(0, "1970-01-01")
            .value(-86_400_000L, "1969-12-31")
            .value(LocalDate.of(9999, 12, 31).toEpochDay() * 86_400_000L, "9999-12-31"),
        column(new ArrowType.Duration(TimeUnit.SECOND), "BIGINT").value(-5, "-5"),
        column(new ArrowType.Duration(TimeUnit.NANOSECOND), "BIGINT")
            .value(Long.MAX_VALUE, "9223372036854775807"),
        interval(IntervalUnit.MONTH_DAY_NANO)
            .value(
                new PeriodDuration(Period.of(0, -14, 3), Duration.ofNanos(-1)), parts(-14, 3, -1))
            .value(
                new PeriodDuration(
                    Period.of(0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                    Duration.ofNanos(Long.MIN_VALUE)),
                parts(Integer.MIN_VALUE, Integer.MAX_VALUE, Long.MIN_VALUE)),
        interval(IntervalUnit.DAY_TIME)
            .value(
                new PeriodDuration(Period.ofDays(-7), Duration.ofMillis(1)),
                parts(0, -7, 1_000_000))
            .value(
                new PeriodDuration(Period.ofDays(1), Duration.ofMillis(Integer.MIN_VALUE)),
                parts(0, 1, Integer.MIN_VALUE * 1_000_000L)),
        interval(IntervalUnit.YEAR_MONTH)
            .value(new PeriodDuration(Period.ofMonths(-13), Duration.ZERO), parts(-13, 0, 0)),
        column(new ArrowType.Utf8View(), "VARCHAR")
            .same("", "twelve bytes", "thirteen byte", "Grüße 🦀 漢字", "a", LONG_TEXT, ""),
        column(new ArrowType.BinaryView(), "BLOB")
            .value(new byte[] {0, -1, 'a'}, "\\x00\\xFFa")
            .value("0123456789abcdef".getBytes(StandardCharsets.US_ASCII), "0123456789abcdef"));
  }

  private static TypeCase interval(IntervalUnit unit) {
    return column(
        new ArrowType.Interval(unit),
        "STRUCT(\"months\" INTEGER, \"days\" INTEGER, nanoseconds BIGINT)");
  }

  private static String parts(int months, int days, long nanoseconds) {
    return "{'months': %d, 'days': %d, 'nanoseconds': %d}".formatted(months, days, nanoseconds);
  }

  private static TypeCase decimal(int precision, int scale, int bits, String... texts) {
    TypeCase column =
        column(
            new ArrowType.Decimal(precision, scale, bits),
            "DECIMAL(%d,%d)".formatted(precision, scale));
    for (String text : texts) {
      column = column.value(new BigDecimal(text), text);
    }
    return column;
  }

  private static TypeCase timestamp(TimeUnit unit, String zone, String duckType) {
    return column(new ArrowType.Timestamp(unit, zone), duckType);
  }

  private static TypeCase column(ArrowType arrow, String duckType) {
    return new TypeCase(arrow, "", duckType, List.of(), List.of());
  }
}
