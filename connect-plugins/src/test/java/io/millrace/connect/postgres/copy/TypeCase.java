package io.millrace.connect.postgres.copy;

import java.util.ArrayList;
import java.util.List;

/**
 * A type and values of it.
 *
 * @param type as SQL spells it
 * @param text SQL for the text of a value, {@code %1$s}, by the rules of {@link ArrowText}
 * @param values as SQL
 * @param cast whether it is read as the server's text, and so is a composite of it in an array
 */
public record TypeCase(String type, String text, List<String> values, boolean cast) {
  private static final String MICROS = "(extract(epoch FROM %1$s) * 1000000)::numeric(38,0)::text";
  private static final String DAYS = "(%1$s - date '1970-01-01')::text";
  private static final String PLAIN = "%1$s::text";
  private static final String DIGITS_30 = "repeat('1234567890', 3)";

  static TypeCase sent(String type, String text, String... values) {
    return new TypeCase(type, text, List.of(values), /* cast= */ false);
  }

  static TypeCase cast(String type, String... values) {
    return new TypeCase(type, PLAIN, List.of(values), /* cast= */ true);
  }

  /**
   * Statements that make a table {@code cases} of the values, each alone, in arrays of one and of
   * two dimensions, in a composite and in an array of composites, with NULL and without.
   */
  public List<String> table() {
    var statements = new ArrayList<String>();
    statements.add(
        """
        DROP TABLE IF EXISTS cases; DROP TYPE IF EXISTS pair;
        CREATE TYPE pair AS (v %1$s, n int);
        CREATE TABLE cases (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, alone %1$s,
          flat %1$s[], deep %1$s[][], pair pair, pairs pair[]);
        INSERT INTO cases (alone) VALUES (NULL);
        INSERT INTO cases (flat, deep, pair, pairs)
          VALUES ('{}', '{}', ROW(NULL, NULL), ARRAY[NULL, ROW(NULL, NULL)]::pair[])
        """
            .formatted(type));
    List<String> all = values.stream().map(v -> "(%s)::%s".formatted(v, type)).toList();
    for (String one : all) {
      statements.add(
          "INSERT INTO cases (alone, flat, deep, pair, pairs) VALUES (%1$s, ARRAY[%1$s, NULL],"
                  .formatted(one)
              + " ARRAY[ARRAY[%1$s, NULL], ARRAY[%1$s, %1$s]], ROW(%1$s, 1),".formatted(one)
              + " ARRAY[ROW(%1$s, 2), NULL]::pair[])".formatted(one));
    }
    statements.add(
        "INSERT INTO cases (flat) VALUES (ARRAY[NULL, %s])".formatted(String.join(", ", all)));
    return statements;
  }

  /** Whether it is put together anew from parts that are cast, and so is text in an array. */
  boolean isRebuilt() {
    return cast && !text.equals(PLAIN);
  }

  /** SQL for the text of an array of values. */
  static String array(String text) {
    return list(
        coalesce(text.replace("%1$s", "(%1$s)[i]")), "generate_subscripts(%1$s, 1) AS s(i)", "i");
  }

  /** SQL for the text of an array of two dimensions. */
  static String deepArray(String text) {
    String inner =
        list(
            coalesce(text.replace("%1$s", "(%1$s)[i][j]")),
            "generate_subscripts(%1$s, 2) AS t(j)",
            "j");
    return list(inner, "generate_subscripts(%1$s, 1) AS s(i)", "i");
  }

  private static String multirange(String text) {
    return list(
        coalesce(range(text).replace("%1$s", "r")), "unnest(%1$s) WITH ORDINALITY AS u(r, o)", "o");
  }

  private static String list(String element, String from, String order) {
    return "CASE WHEN %%1$s IS NULL THEN NULL ELSE '[' || coalesce((SELECT string_agg(%s, '|' ORDER BY %s) FROM %s), '') || ']' END"
        .formatted(element, order, from);
  }

  private static String coalesce(String text) {
    return "coalesce(%s, 'null')".formatted(text);
  }

  /** SQL for the text of a composite of a value and an integer. */
  static String composite(String text) {
    return "CASE WHEN %1$s IS NOT DISTINCT FROM NULL THEN NULL ELSE '(' || coalesce("
        + text.replace("%1$s", "(%1$s).v")
        + ", 'null') || '|' || coalesce((%1$s).n::text, 'null') || ')' END";
  }

  private static String range(String text) {
    return "CASE WHEN %1$s IS NULL THEN NULL ELSE '(' || coalesce("
        + text.replace("%1$s", "lower(%1$s)")
        + ", 'null') || '|' || coalesce("
        + text.replace("%1$s", "upper(%1$s)")
        + ", 'null') || '|' || lower_inc(%1$s) || '|' || upper_inc(%1$s) || '|'"
        + " || isempty(%1$s) || ')' END";
  }

  /** The types that some of them need. */
  public static final String TYPES =
      """
      CREATE EXTENSION hstore;
      CREATE EXTENSION citext;
      CREATE TYPE mood AS ENUM ('sad', 'happy', '"odd, label"');
      CREATE DOMAIN money_2 AS numeric(12,2);
      CREATE DOMAIN positive_money AS money_2 CHECK (VALUE > 0);
      CREATE DOMAIN ints AS int[];
      CREATE DOMAIN address AS inet;
      CREATE TYPE point_3 AS (x int, "Odd ""name%s" text, z numeric(10,3));
      CREATE DOMAIN named_point AS point_3;
      CREATE TYPE shape AS (corners point_3[], "where" inet, box box, inner_row point_3);
      CREATE TYPE timerange AS RANGE (subtype = time);
      CREATE TYPE inetrange AS RANGE (subtype = inet);
      """;

  /** All that Postgres brings, and what it can be made to. */
  public static final List<TypeCase> ALL =
      List.of(
          sent("boolean", PLAIN, "true", "false"),
          sent("smallint", PLAIN, "-32768", "32767", "0"),
          sent("integer", PLAIN, "-2147483648", "2147483647"),
          sent("bigint", PLAIN, "-9223372036854775808", "9223372036854775807"),
          sent("oid", PLAIN, "0", "4294967295", "16384"),
          sent(
              "real",
              "encode(float4send(%1$s), 'hex')",
              "'NaN'",
              "'-Infinity'",
              "1e-45",
              "3.4028235e38",
              "0.1",
              "'-0'"),
          sent(
              "double precision",
              "encode(float8send(%1$s), 'hex')",
              "'NaN'",
              "'Infinity'",
              "5e-324",
              "1.7976931348623157e308",
              "0.1",
              "'-0'"),
          sent(
              "numeric(10,2)", PLAIN, "99999999.99", "-99999999.99", "0", "0.01", "-0.10", "10000"),
          sent(
              "numeric(38,10)",
              PLAIN,
              "9999999999999999999999999999.9999999999",
              "-0.0000000001",
              "1"),
          sent("numeric(76,0)", PLAIN, "repeat('9', 76)::numeric", "-1", "10::numeric ^ 60"),
          sent("numeric(77,0)", PLAIN, "repeat('9', 77)::numeric", "'NaN'"),
          sent(
              "numeric",
              PLAIN,
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
              "123456789.123456789",
              "(repeat('9', 1000))::numeric",
              "('-0.' || repeat('0', 500) || repeat('7', 500))::numeric",
              "(" + DIGITS_30 + " || '.' || " + DIGITS_30 + ")::numeric"),
          sent("numeric(4,-2)", PLAIN, "999900", "-100", "51"),
          sent("numeric(2,4)", PLAIN, "0.0099", "-0.0001"),
          sent("money", "%1$s::numeric::text", "'12.34'", "'-92233720368547758.08'", "'0'"),
          sent("text", "%1$s", "''", "'ä€𝄞'", "E'tab\\there\\nline'", "repeat('long ', 60000)"),
          sent("varchar(10)", "%1$s", "'0123456789'", "' x '"),
          sent("char(5)", "rpad(%1$s, 5)", "'ab'", "''"),
          sent("name", PLAIN, "'pg_class'"),
          sent("citext", PLAIN, "'Straße'", "''"),
          cast("\"char\"", "'x'", "''", "'\\377'"),
          sent(
              "bytea",
              "encode(%1$s, 'hex')",
              "''",
              "'\\x00ff7f80'",
              "decode(repeat('ab', 70000), 'hex')"),
          sent("date", DAYS, "'4713-11-24 BC'", "'5874897-12-31'", "'1970-01-01'", "'1969-12-31'"),
          sent("time", MICROS, "'00:00'", "'23:59:59.999999'"),
          sent(
              "timestamp",
              MICROS,
              "'4713-11-24 00:00:00 BC'",
              "'294246-12-31 23:59:59.999999'",
              "'1969-12-31 23:59:59.999999'",
              "'2000-01-01'"),
          sent("timestamp(3)", MICROS, "'2024-02-29 12:00:00.0006'"),
          sent(
              "timestamptz",
              MICROS,
              "'2024-03-31 02:30:00+02'",
              "'1900-01-01 00:00:00-11'",
              "'2024-01-01 00:00:00.000001 Europe/Berlin'"),
          sent(
              "interval",
              "(extract(year FROM %1$s) * 12 + extract(month FROM %1$s))::bigint || ' ' ||"
                  + " extract(day FROM %1$s)::bigint || ' ' || ((extract(hour FROM %1$s) * 3600 +"
                  + " extract(minute FROM %1$s) * 60) * 1000000 + extract(microseconds FROM"
                  + " %1$s))::bigint",
              "'1 year 2 days 03:04:05.6'",
              "'-178000000 years'",
              "'2147483647 days'",
              "'0'",
              "'-1 mon 30 days -2562047:47:16.854775'"),
          sent("uuid", "replace(%1$s::text, '-', '')", "'00112233-4455-6677-8899-aabbccddeeff'"),
          sent("json", PLAIN, "'{\"b\": 1,  \"a\": [null]}'", "'null'"),
          sent("jsonb", PLAIN, "'{\"b\": 1,  \"a\": [null]}'", "'\"x\"'"),
          sent("mood", PLAIN, "'happy'", "'\"odd, label\"'"),
          sent("positive_money", PLAIN, "12.50"),
          sent(
              "hstore",
              "CASE WHEN %1$s IS NULL THEN NULL ELSE '{' || coalesce((SELECT string_agg(key || '=>'"
                  + " || coalesce(value, 'null'), '|') FROM each(%1$s)), '') || '}' END",
              "''",
              "'a=>1, \"ä 𝄞\"=>NULL, \"\"=>\"\"'"),
          sent(
              "point_3", pointText(), "(1, 'ä', 1.500)", "ROW(NULL, NULL, NULL)", "(NULL, '', -1)"),
          sent("named_point", pointText(), "ROW(1, 'x', 2)::point_3"),
          sent("int4range", range(PLAIN), "'[1,5)'", "'empty'", "'(,)'", "'[2147483647,)'"),
          sent("int8range", range(PLAIN), "'[1,5]'"),
          sent("numrange", range(PLAIN), "'(1.50,2e30]'", "'[NaN,NaN]'"),
          sent("daterange", range(DAYS), "'[2024-01-01,2024-02-01)'"),
          sent("tsrange", range(MICROS), "'[2024-01-01,2024-02-01 00:00:00.000001]'"),
          sent("tstzrange", range(MICROS), "'[2024-01-01 00:00+02,)'"),
          sent("timerange", range(MICROS), "'[00:00,12:00)'"),
          new TypeCase(
              "inetrange", range(PLAIN), List.of("'[10.0.0.1,10.0.0.9)'", "'empty'"), true),
          sent("int4multirange", multirange(PLAIN), "'{}'", "'{[1,2),[5,9)}'", "'{(,0),[100,)}'"),
          sent("tstzmultirange", multirange(MICROS), "'{[2024-01-01,2024-01-02)}'"),
          cast("inetmultirange", "'{[10.0.0.1,10.0.0.9)}'"),
          cast("address", "'10.0.0.1/8'", "'::1'"),
          cast("timetz", "'12:00:00.5+02'", "'24:00:00-15:59'"),
          cast("xml", "'<a b=\"1\">ä</a>'"),
          cast("inet", "'10.0.0.1/8'", "'::ffff:1.2.3.4'"),
          cast("cidr", "'10.0.0.0/8'"),
          cast("macaddr", "'08:00:2b:01:02:03'"),
          cast("macaddr8", "'08:00:2b:01:02:03:04:05'"),
          cast("bit(3)", "B'101'"),
          cast("varbit", "B''", "B'10101010101'"),
          cast("tsvector", "'a fat cat'", "''"),
          cast("tsquery", "'fat & rat'"),
          cast("point", "'(1.5,-2)'"),
          cast("line", "'{1,2,3}'"),
          cast("lseg", "'[(0,0),(1,1)]'"),
          cast("path", "'((0,0),(1,1))'"),
          cast("polygon", "'((0,0),(1,1),(2,0))'"),
          cast("circle", "'<(0,0),2>'"),
          cast("pg_lsn", "'16/3002D50'"),
          cast("jsonpath", "'$.a[*]'"),
          cast("regclass", "'pg_class'"),
          cast("xid8", "'18446744073709551615'"),
          cast("int2vector", "'1 2 3'"));

  private static String pointText() {
    return "CASE WHEN %1$s IS NOT DISTINCT FROM NULL THEN NULL ELSE '(' || coalesce((%1$s).x::text,"
        + " 'null') || '|' || coalesce((%1$s).\"Odd \"\"name%s\", 'null') || '|' ||"
        + " coalesce((%1$s).z::text, 'null') || ')' END";
  }

  @Override
  public String toString() {
    return type;
  }
}
