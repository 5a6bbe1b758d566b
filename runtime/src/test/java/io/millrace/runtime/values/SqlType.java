package io.millrace.runtime.values;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A Postgres type, and SQL that renders its values as one canonical text: from the table for
 * Postgres, from the file for DuckDB, by what docs/types.md says of the type. NULL stays NULL; what
 * lies inside another value is {@code =text}, or {@code ~} for NULL.
 */
sealed interface SqlType {
  /** As SQL spells it. */
  String name();

  /** For Postgres. */
  default String postgres(String value) {
    return postgres(value, 0);
  }

  /** For DuckDB. */
  default String duckDb(String value) {
    return duckDb(value, 0);
  }

  /**
   * For Postgres, within as many other loops.
   *
   * @param depth makes the names of loop variables unique
   */
  String postgres(String value, int depth);

  /** For DuckDB, within as many other loops. */
  String duckDb(String value, int depth);

  /** Whether it is the server's text, or something within is. */
  boolean isCast();

  /**
   * What arrays of it hold: an array cannot be put together anew, so what cannot be sent as it is
   * becomes text.
   */
  default SqlType asElement() {
    return this;
  }

  /** A type without parts. */
  record Scalar(
      String name, String postgresText, String duckDbText, boolean isCast, List<String> values)
      implements SqlType {
    @Override
    public String postgres(String value, int depth) {
      return postgresText.replace("$", value);
    }

    @Override
    public String duckDb(String value, int depth) {
      return duckDbText.replace("$", value);
    }
  }

  /** A domain, which is as the type beneath it. */
  record Domain(String name, SqlType base) implements SqlType {
    @Override
    public String postgres(String value, int depth) {
      return base.postgres(value, depth);
    }

    @Override
    public String duckDb(String value, int depth) {
      return base.duckDb(value, depth);
    }

    @Override
    public boolean isCast() {
      return base.isCast();
    }

    @Override
    public SqlType asElement() {
      return base.asElement();
    }
  }

  /** An array of so many dimensions. */
  record ArrayOf(SqlType element, int dimensions) implements SqlType {
    @Override
    public String name() {
      return element.name() + "[]".repeat(dimensions);
    }

    @Override
    public String postgres(String value, int depth) {
      String subscripts =
          IntStream.rangeClosed(1, dimensions)
              .mapToObj(i -> "[i%d]".formatted(depth + i))
              .collect(Collectors.joining());
      int inner = depth + dimensions;
      String text = element.asElement().postgres("((%s)%s)".formatted(value, subscripts), inner);
      for (int i = dimensions; i >= 1; i--) {
        text =
            ("'[' || coalesce((SELECT string_agg(%1$s, '|' ORDER BY i%2$d)"
                    + " FROM generate_subscripts(%3$s, %4$d) AS s%2$d(i%2$d)), '') || ']'")
                .formatted(part(text), depth + i, value, i);
      }
      return unlessNull(value, text);
    }

    @Override
    public String duckDb(String value, int depth) {
      return duckDb(value, depth, dimensions);
    }

    private String duckDb(String value, int depth, int levels) {
      String item = "e" + depth;
      String text =
          levels == 1
              ? element.asElement().duckDb(item, depth + 1)
              : duckDb(item, depth + 1, levels - 1);
      return duckDbList(value, item, text);
    }

    @Override
    public boolean isCast() {
      return element.isCast();
    }
  }

  /** A field of a composite. */
  record Field(String name, SqlType type) {}

  /** A row type. */
  record Composite(String name, List<Field> fields) implements SqlType {
    @Override
    public String postgres(String value, int depth) {
      return struct(
          value,
          fields.stream()
              .map(f -> f.type.postgres("((%s).%s)".formatted(value, quoted(f.name)), depth)));
    }

    @Override
    public String duckDb(String value, int depth) {
      return struct(
          value,
          fields.stream()
              .map(
                  f ->
                      f.type.duckDb(
                          "struct_extract(%s, '%s')".formatted(value, f.name.replace("'", "''")),
                          depth)));
    }

    @Override
    public boolean isCast() {
      return fields.stream().anyMatch(f -> f.type.isCast());
    }

    @Override
    public SqlType asElement() {
      return isCast() ? text(name) : this;
    }
  }

  /**
   * A range.
   *
   * @param values as SQL
   */
  record RangeOf(String name, SqlType bound, List<String> values) implements SqlType {
    @Override
    public String postgres(String value, int depth) {
      return struct(
          value,
          Stream.of(
              bound.postgres("lower(%s)".formatted(value), depth),
              bound.postgres("upper(%s)".formatted(value), depth),
              "lower_inc(%s)::text".formatted(value),
              "upper_inc(%s)::text".formatted(value),
              "isempty(%s)::text".formatted(value)));
    }

    @Override
    public String duckDb(String value, int depth) {
      String field = "struct_extract(%s, '%s')";
      return struct(
          value,
          Stream.of(
              bound.duckDb(field.formatted(value, "lower"), depth),
              bound.duckDb(field.formatted(value, "upper"), depth),
              field.formatted(value, "lower_inclusive") + "::varchar",
              field.formatted(value, "upper_inclusive") + "::varchar",
              field.formatted(value, "empty") + "::varchar"));
    }

    @Override
    public boolean isCast() {
      return bound.isCast();
    }

    @Override
    public SqlType asElement() {
      return isCast() ? text(name) : this;
    }
  }

  /** A multirange. */
  record MultirangeOf(String name, RangeOf range, List<String> values) implements SqlType {
    @Override
    public String postgres(String value, int depth) {
      if (isCast()) {
        return value + "::text";
      }
      return unlessNull(
          value,
          ("'[' || coalesce((SELECT string_agg(%2$s, '|' ORDER BY o%1$d)"
                  + " FROM unnest(%3$s) WITH ORDINALITY AS s%1$d(i%1$d, o%1$d)), '') || ']'")
              .formatted(depth, part(range.postgres("i" + depth, depth + 1)), value));
    }

    @Override
    public String duckDb(String value, int depth) {
      String item = "e" + depth;
      return isCast() ? value : duckDbList(value, item, range.duckDb(item, depth + 1));
    }

    @Override
    public boolean isCast() {
      return range.isCast();
    }

    @Override
    public SqlType asElement() {
      return isCast() ? text(name) : this;
    }
  }

  /** A type that is read as the server's text. */
  static Scalar text(String name, String... values) {
    return new Scalar(name, "$::text", "$", /* isCast= */ true, List.of(values));
  }

  /** The name in SQL. */
  static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  private static String part(String text) {
    return "coalesce('=' || (%s), '~')".formatted(text);
  }

  private static String struct(String value, Stream<String> parts) {
    return unlessNull(
        value,
        parts.map(SqlType::part).collect(Collectors.joining(" || '|' || ", "'(' || ", " || ')'")));
  }

  /** A row of NULLs is none. */
  private static String unlessNull(String value, String text) {
    return "CASE WHEN %s IS NOT DISTINCT FROM NULL THEN NULL ELSE %s END".formatted(value, text);
  }

  private static String duckDbList(String value, String item, String text) {
    return unlessNull(
        value,
        "'[' || coalesce(array_to_string(list_transform(%s, lambda %s: %s), '|'), '') || ']'"
            .formatted(value, item, part(text)));
  }
}
