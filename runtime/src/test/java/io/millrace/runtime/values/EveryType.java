package io.millrace.runtime.values;

import io.millrace.runtime.values.SqlType.Domain;
import io.millrace.runtime.values.SqlType.MultirangeOf;
import io.millrace.runtime.values.SqlType.RangeOf;
import io.millrace.runtime.values.SqlType.Scalar;
import java.util.List;
import java.util.stream.Stream;

/**
 * The types of docs/types.md: how each engine renders them ({@code $} is the value), odd values.
 */
final class EveryType {
  /** What has to be created for them. */
  static final String DDL =
      """
      CREATE EXTENSION IF NOT EXISTS hstore;
      CREATE EXTENSION IF NOT EXISTS citext;
      CREATE TYPE mood AS ENUM ('sad', 'happy', '"odd, label"', '');
      CREATE DOMAIN price AS numeric(12,2);
      CREATE DOMAIN positive_price AS price CHECK (VALUE > 0);
      CREATE DOMAIN address AS inet;
      CREATE TYPE timerange AS RANGE (subtype = time);
      CREATE TYPE textrange AS RANGE (subtype = text);
      CREATE TYPE inetrange AS RANGE (subtype = inet);
      """;

  private static final String DAYS = "($ - date '1970-01-01')::text";
  private static final String DAYS_IN_FILE = "date_diff('day', DATE '1970-01-01', $)::varchar";
  private static final String MICROS = "(extract(epoch FROM $) * 1000000)::numeric(38,0)::text";
  private static final String MICROS_IN_FILE = "epoch_us($)::varchar";

  /** Either engine's shortest text that gives the same number; {@link Cells} compares numbers. */
  private static final String FLOAT = "'<float ' || $::text || '>'";

  private static final String FLOAT_IN_FILE = "'<float ' || $::varchar || '>'";
  private static final String DOUBLE = "'<double ' || $::text || '>'";
  private static final String DOUBLE_IN_FILE = "'<double ' || $::varchar || '>'";
  private static final String INTERVAL =
      "(extract(year FROM $) * 12 + extract(month FROM $))::bigint || ' ' || extract(day FROM"
          + " $)::bigint || ' ' || ((extract(hour FROM $) * 3600 + extract(minute FROM $) * 60) *"
          + " 1000000 + extract(microseconds FROM $))::bigint";
  private static final String INTERVAL_IN_FILE =
      "struct_extract($, 'months') || ' ' || struct_extract($, 'days') || ' ' ||"
          + " (struct_extract($, 'nanoseconds') // 1000)";
  private static final String HSTORE =
      "CASE WHEN $ IS NULL THEN NULL ELSE '{' || coalesce((SELECT string_agg(key || '=>' ||"
          + " coalesce('=' || value, '~'), '|' ORDER BY key COLLATE \"C\") FROM each($)), '') ||"
          + " '}' END";
  private static final String HSTORE_IN_FILE =
      "CASE WHEN $ IS NULL THEN NULL ELSE '{' || coalesce(array_to_string(list_sort(list_transform("
          + "map_entries($), lambda m: m.key || '=>' || coalesce('=' || m.value, '~'))), '|'), '')"
          + " || '}' END";

  static final Scalar INT = same("integer", "-2147483648", "2147483647", "0");
  static final Scalar BIGINT = same("bigint", "-9223372036854775808", "9223372036854775807", "0");
  static final Scalar NUMERIC =
      same(
          "numeric",
          "'NaN'",
          "'Infinity'",
          "'-Infinity'",
          "0",
          "0.000",
          "1.50",
          "1e200",
          "-1e-200",
          "10000.0001",
          "-0.00010",
          "(repeat('9', 1000))::numeric",
          "('-0.' || repeat('0', 500) || repeat('7', 500))::numeric",
          "(repeat('1234567890', 50) || '.' || repeat('1234567890', 50))::numeric");
  static final Scalar DATE =
      type(
          "date",
          DAYS,
          DAYS_IN_FILE,
          "'4713-11-24 BC'",
          "'5874897-12-31'",
          "'1970-01-01'",
          "'1969-12-31'",
          "'0001-01-01'",
          "'0001-12-31 BC'");
  static final Scalar TIME =
      same("time", "'00:00'", "'23:59:59.999999'", "'12:30:00.5'", "'00:00:00.000001'");
  static final Scalar TIMESTAMP =
      type(
          "timestamp",
          MICROS,
          MICROS_IN_FILE,
          "'4713-11-24 00:00:00 BC'",
          "'294246-12-31 23:59:59.999999'",
          "'1969-12-31 23:59:59.999999'",
          "'2000-01-01'");
  static final Scalar TIMESTAMPTZ =
      type(
          "timestamptz",
          MICROS,
          MICROS_IN_FILE,
          "'2024-03-31 02:30:00+02'",
          "'1900-01-01 00:00:00-11'",
          "'4713-11-24 00:00:00+00 BC'",
          "'294246-12-31 23:59:59.999999+00'",
          "'2024-01-01 00:00:00.000001 Europe/Berlin'");
  static final Scalar TEXT =
      type("text", "$", "$", "''", "'ä€𝄞'", "E'tab\\there\\nline'", "'\"quoted\", {x}'", "'NULL'");
  static final Scalar INET = SqlType.text("inet", "'10.0.0.1/8'", "'::ffff:1.2.3.4'", "'0.0.0.0'");

  static final List<Scalar> SCALARS =
      List.of(
          same("boolean", "true", "false"),
          same("smallint", "-32768", "32767", "0"),
          INT,
          BIGINT,
          same("oid", "0", "4294967295", "16384"),
          type(
              "real",
              FLOAT,
              FLOAT_IN_FILE,
              "'NaN'",
              "'Infinity'",
              "'-Infinity'",
              "1e-45",
              "-3.4028235e38",
              "0.1",
              "'-0'",
              "'0'",
              "16777216",
              "1e15"),
          type(
              "double precision",
              DOUBLE,
              DOUBLE_IN_FILE,
              "'NaN'",
              "'Infinity'",
              "'-Infinity'",
              "5e-324",
              "-1.7976931348623157e308",
              "2.2250738585072014e-308",
              "0.1",
              "'-0'",
              "'0'",
              "123456789012345678",
              "1e22"),
          same("numeric(10,2)", "99999999.99", "-99999999.99", "0", "0.01", "-0.10", "10000"),
          fraction("numeric(18,18)", "0.999999999999999999", "-0.000000000000000001"),
          same(
              "numeric(38,10)",
              "9999999999999999999999999999.9999999999",
              "-9999999999999999999999999999.9999999999",
              "-0.0000000001",
              "1"),
          same("numeric(77,0)", "repeat('9', 77)::numeric", "'NaN'"),
          NUMERIC,
          same("numeric(4,-2)", "999900", "-100", "51"),
          fraction("numeric(2,4)", "0.0099", "-0.0001"),
          type(
              "money",
              "$::numeric::text",
              "$::varchar",
              "'12.34'",
              "'-92233720368547758.08'",
              "'92233720368547758.07'",
              "'0'"),
          TEXT,
          type("varchar(10)", "$", "$", "'0123456789'", "' x '", "''"),
          type("char(5)", "rpad($, 5)", "$", "'ab'", "''", "'ä€𝄞'"),
          same("name", "'pg_class'", "repeat('x', 63)"),
          same("citext", "'Straße'", "''"),
          SqlType.text("\"char\"", "'x'", "''", "'\\377'"),
          type(
              "bytea",
              "encode($, 'hex')",
              "lower(hex($))",
              "''",
              "'\\x00ff7f80'",
              "decode(repeat('ab', 70000), 'hex')"),
          DATE,
          TIME,
          same("time(2)", "'12:00:00.126'", "'00:00'"),
          TIMESTAMP,
          type("timestamp(3)", MICROS, MICROS_IN_FILE, "'2024-02-29 12:00:00.0006'"),
          type("timestamp(0)", MICROS, MICROS_IN_FILE, "'2024-02-29 12:00:00.6'"),
          TIMESTAMPTZ,
          type(
              "interval",
              INTERVAL,
              INTERVAL_IN_FILE,
              "'1 year 2 days 03:04:05.6'",
              "'-178000000 years'",
              "'2147483647 days'",
              "'0'",
              "'2562047:47:16.854775'",
              "'-1 mon 30 days -2562047:47:16.854775'"),
          same("uuid", "'00112233-4455-6677-8899-aabbccddeeff'", "'" + "f".repeat(32) + "'"),
          same("json", "'{\"b\": 1,  \"a\": [null]}'", "'null'", "'\"𝄞\"'", "' [ ] '"),
          same("jsonb", "'{\"b\": 1,  \"a\": [null]}'", "'\"x\"'", "'{}'", "'1e3'"),
          same("mood", "'happy'", "'\"odd, label\"'", "''"),
          type(
              "hstore",
              HSTORE,
              HSTORE_IN_FILE,
              "''",
              "'a=>1, \"ä 𝄞\"=>NULL, \"\"=>\"\"'",
              "'b=>2'"),
          SqlType.text("timetz", "'12:00:00.5+02'", "'24:00:00-15:59'"),
          SqlType.text("xml", "'<a b=\"1\">ä</a>'"),
          INET,
          SqlType.text("cidr", "'10.0.0.0/8'", "'2001:db8::/32'"),
          SqlType.text("macaddr", "'08:00:2b:01:02:03'"),
          SqlType.text("macaddr8", "'08:00:2b:01:02:03:04:05'"),
          SqlType.text("bit(3)", "B'101'", "B'000'"),
          SqlType.text("varbit", "B''", "B'10101010101'"),
          SqlType.text("tsvector", "'a fat cat'", "''", "'a:1A,2 ''b c'':3'"),
          SqlType.text("tsquery", "'fat & rat'"),
          SqlType.text("point", "'(1.5,-2)'", "'(NaN,Infinity)'"),
          SqlType.text("line", "'{1,2,3}'"),
          SqlType.text("lseg", "'[(0,0),(1,1)]'"),
          SqlType.text("box", "'(1,1),(0,0)'"),
          SqlType.text("path", "'((0,0),(1,1))'", "'[(0,0)]'"),
          SqlType.text("polygon", "'((0,0),(1,1),(2,0))'"),
          SqlType.text("circle", "'<(0,0),2>'"),
          SqlType.text("pg_lsn", "'16/3002D50'"),
          SqlType.text("jsonpath", "'$.a[*]'"),
          SqlType.text("regclass", "'pg_class'"),
          SqlType.text("xid8", "'18446744073709551615'"),
          SqlType.text("int2vector", "'1 2 3'"));

  /** Decimals of more digits than DuckDB has. */
  static final List<Scalar> WIDE =
      List.of(
          type(
              "numeric(76,0)", "$::text", "", "repeat('9', 76)::numeric", "-1", "10::numeric ^ 60"),
          type(
              "numeric(76,38)",
              "$::text",
              "",
              "(repeat('9', 38) || '.' || repeat('9', 38))::numeric",
              "(-1)::numeric / 3",
              "0"),
          type("numeric(39,5)", "$::text", "", "repeat('9', 34)::numeric", "-0.00001"));

  static final List<Domain> DOMAINS =
      List.of(
          new Domain("positive_price", same("numeric(12,2)", "0.01", "9999999999.99")),
          new Domain("address", INET));

  static final List<RangeOf> RANGES =
      List.of(
          range("int4range", INT, "'[1,5)'", "'empty'", "'(,)'", "'[2147483647,)'", "'(,1]'"),
          range("int8range", BIGINT, "'[1,5]'", "'[-9223372036854775808,1)'"),
          range("numrange", NUMERIC, "'(1.50,2e30]'", "'[NaN,NaN]'", "'(,)'"),
          range("daterange", DATE, "'[2024-01-01,2024-02-01)'", "'[4713-11-24 BC,)'"),
          range("tsrange", TIMESTAMP, "'[2024-01-01,2024-02-01 00:00:00.000001]'"),
          range("tstzrange", TIMESTAMPTZ, "'[2024-01-01 00:00+02,)'", "'empty'"),
          range("timerange", TIME, "'[00:00,12:00)'"),
          range("textrange", TEXT, "'[\"\",ä)'", "'(\"a,b\",)'"),
          range("inetrange", INET, "'[10.0.0.1,10.0.0.9)'", "'empty'", "'(,::1]'"));

  static final List<MultirangeOf> MULTIRANGES =
      List.of(
          multirange(0, "'{}'", "'{[1,2),[5,9)}'", "'{(,0),[100,)}'"),
          multirange(1, "'{[1,2)}'"),
          multirange(2, "'{[1.5,2),(3,)}'"),
          multirange(3, "'{[2024-01-01,2024-01-02)}'"),
          multirange(5, "'{[2024-01-01,2024-01-02),(2024-02-01,)}'"),
          multirange(8, "'{[10.0.0.1,10.0.0.9)}'", "'{}'"));

  private EveryType() {}

  /** All that DuckDB can read. */
  static Stream<SqlType> all() {
    return Stream.of(SCALARS, DOMAINS, RANGES, MULTIRANGES).flatMap(List::stream);
  }

  /** Odd values of a type without fields and elements, as SQL. */
  static List<String> values(SqlType type) {
    if (type instanceof Scalar scalar) {
      return scalar.values();
    } else if (type instanceof RangeOf range) {
      return range.values();
    } else if (type instanceof MultirangeOf multirange) {
      return multirange.values();
    } else if (type instanceof Domain domain) {
      return values(domain.base());
    }
    throw new IllegalArgumentException(type.name());
  }

  private static Scalar type(String name, String postgres, String duckDb, String... values) {
    return new Scalar(name, postgres, duckDb, /* isCast= */ false, List.of(values));
  }

  /** Of the same text in both engines. */
  private static Scalar same(String name, String... values) {
    return type(name, "$::text", "$::varchar", values);
  }

  /** Without digits before the point, where DuckDB writes none. */
  private static Scalar fraction(String name, String... values) {
    return type(name, "$::text", "regexp_replace($::varchar, '^(-?)\\.', '\\10.')", values);
  }

  private static RangeOf range(String name, SqlType bound, String... values) {
    return new RangeOf(name, bound, List.of(values));
  }

  private static MultirangeOf multirange(int range, String... values) {
    RangeOf of = RANGES.get(range);
    return new MultirangeOf(of.name().replace("range", "multirange"), of, List.of(values));
  }
}
