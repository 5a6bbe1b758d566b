package io.millrace.connect.clickhouse.server;

import io.millrace.connect.clickhouse.type.DataType;
import java.util.Optional;
import java.util.Set;

/**
 * How the server is asked for a type that blocks do not carry as such: as text, which it makes
 * itself.
 */
final class Cast {
  private static final Set<String> AS_JSON = Set.of("JSON", "Object");
  private static final Set<String> AS_TEXT = Set.of("Dynamic", "Geometry", "Variant");

  private Cast() {}

  /** Whether the text of such a column is a JSON document. */
  static boolean isJson(DataType type) {
    DataType bare = bare(type);
    return !AS_TEXT.contains(bare.name());
  }

  /** The SQL instead of a column's name; nothing if the column can be read as it is. */
  static Optional<String> of(String column, DataType type) {
    String name = SqlText.identifier(column);
    if (AS_TEXT.contains(bare(type).name())) {
      // toString() would make an empty text of NULL, which these types have in themselves.
      return Optional.of("CAST(%s AS Nullable(String))".formatted(name));
    }
    return holds(type) ? Optional.of("toJSONString(%s)".formatted(name)) : Optional.empty();
  }

  private static boolean holds(DataType type) {
    return AS_JSON.contains(type.name())
        || AS_TEXT.contains(type.name())
        || type.arguments().stream()
            .anyMatch(each -> each instanceof DataType.Inner inner && holds(inner.type()));
  }

  private static DataType bare(DataType type) {
    return type.name().equals("Nullable") && type.arguments().get(0) instanceof DataType.Inner inner
        ? inner.type()
        : type;
  }
}
