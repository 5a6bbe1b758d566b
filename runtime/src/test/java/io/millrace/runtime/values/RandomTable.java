package io.millrace.runtime.values;

import io.millrace.runtime.values.SqlType.ArrayOf;
import io.millrace.runtime.values.SqlType.Composite;
import io.millrace.runtime.values.SqlType.Domain;
import io.millrace.runtime.values.SqlType.Field;
import io.millrace.runtime.values.SqlType.MultirangeOf;
import io.millrace.runtime.values.SqlType.RangeOf;
import io.millrace.runtime.values.SqlType.Scalar;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.StringJoiner;

/** A table of random types with random rows, the same for the same seed, in a schema of its own. */
final class RandomTable {
  private static final int DEPTH = 3;
  private static final List<SqlType> LEAVES = EveryType.all().toList();

  private final Random random;
  private final String schema;
  private final List<String> statements = new ArrayList<>();
  private final Map<String, SqlType> columns = new LinkedHashMap<>();
  private int composites;

  RandomTable(long seed) {
    random = new Random(seed);
    schema = "seed_" + Long.toUnsignedString(seed);
    statements.add("CREATE SCHEMA " + schema);
    int count = 1 + random.nextInt(12);
    for (int i = 0; i < count; i++) {
      columns.put("c" + i, type(DEPTH));
    }
    var definitions = new StringJoiner(", ");
    columns.forEach((name, type) -> definitions.add(name + " " + type.name()));
    statements.add("CREATE TABLE %s.t (%s)".formatted(schema, definitions));
    int rows = random.nextInt(40);
    for (int i = 0; i < rows; i++) {
      var values = new StringJoiner(", ");
      columns.values().forEach(type -> values.add(value(type)));
      statements.add("INSERT INTO %s.t VALUES (%s)".formatted(schema, values));
    }
  }

  /** Where it is, as {@code t}. */
  String schema() {
    return schema;
  }

  Map<String, SqlType> columns() {
    return columns;
  }

  /** What makes it. */
  String ddl() {
    return String.join(";\n", statements);
  }

  private SqlType type(int depth) {
    return switch (depth == 0 ? 0 : random.nextInt(4)) {
      case 1 -> new ArrayOf(element(depth - 1), 1 + random.nextInt(2));
      case 2 -> composite(depth - 1);
      default -> pick(LEAVES);
    };
  }

  /** Postgres has no arrays of arrays, but of several dimensions. */
  private SqlType element(int depth) {
    return depth > 0 && random.nextBoolean() ? composite(depth - 1) : pick(LEAVES);
  }

  private Composite composite(int depth) {
    var fields = new ArrayList<Field>();
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      fields.add(new Field("f" + i, type(depth)));
    }
    String name = "%s.row_%d".formatted(schema, composites++);
    var definitions = new StringJoiner(", ");
    fields.forEach(field -> definitions.add(field.name() + " " + field.type().name()));
    statements.add("CREATE TYPE %s AS (%s)".formatted(name, definitions));
    return new Composite(name, List.copyOf(fields));
  }

  private String value(SqlType type) {
    return random.nextInt(5) == 0 ? "NULL" : "(%s)::%s".formatted(present(type), type.name());
  }

  private String present(SqlType type) {
    if (type instanceof ArrayOf array) {
      return array(array);
    } else if (type instanceof Composite composite) {
      var fields = new StringJoiner(", ", "ROW(", ")");
      composite.fields().forEach(field -> fields.add(value(field.type())));
      return fields.toString();
    } else if (type instanceof RangeOf range) {
      return random.nextInt(3) == 0 ? pick(range.values()) : range(range);
    } else if (type instanceof MultirangeOf multirange) {
      return random.nextInt(3) == 0 ? pick(multirange.values()) : multirange(multirange);
    } else if (type instanceof Domain domain) {
      return pick(EveryType.values(domain));
    }
    Scalar scalar = (Scalar) type;
    return RandomValues.of(scalar.name(), random).orElseGet(() -> pick(scalar.values()));
  }

  private String array(ArrayOf array) {
    int outer = random.nextInt(4);
    int inner = array.dimensions() == 1 ? 1 : 1 + random.nextInt(3);
    var rows = new StringJoiner(", ", "ARRAY[", "]");
    for (int i = 0; i < outer; i++) {
      var row =
          new StringJoiner(
              ", ", array.dimensions() == 1 ? "" : "ARRAY[", array.dimensions() == 1 ? "" : "]");
      for (int j = 0; j < inner; j++) {
        row.add(value(array.element()));
      }
      rows.add(row.toString());
    }
    return outer == 0 ? "'{}'" : rows.toString();
  }

  /** The upper bound is left out, as the greatest values have no next one. */
  private String range(RangeOf range) {
    String one = value(range.bound());
    String other = value(range.bound());
    return "CASE WHEN %1$s <= %2$s THEN %3$s(%1$s, %2$s) ELSE %3$s(%2$s, %1$s) END"
        .formatted(one, other, range.name());
  }

  private String multirange(MultirangeOf multirange) {
    var ranges = new StringJoiner(", ", multirange.name() + "(", ")");
    int count = random.nextInt(4);
    for (int i = 0; i < count; i++) {
      ranges.add(present(multirange.range()) + "::" + multirange.range().name());
    }
    return ranges.toString();
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
