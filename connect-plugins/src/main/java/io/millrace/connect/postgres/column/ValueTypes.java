package io.millrace.connect.postgres.column;

import io.millrace.connect.postgres.column.append.ValueType;
import io.millrace.connect.postgres.column.nested.ExtensionTypes;
import io.millrace.connect.postgres.column.nested.NestedTypes;
import io.millrace.connect.postgres.column.number.NumberTypes;
import io.millrace.connect.postgres.column.text.TextTypes;
import io.millrace.connect.postgres.column.time.TimeTypes;
import io.millrace.connect.postgres.server.PostgresType;

/** The table of all types. */
final class ValueTypes {
  private static final NestedTypes NESTED = new NestedTypes(ValueTypes::of);

  private ValueTypes() {}

  /** Chooses for a type; one that is not known is read as the server's text. */
  static ValueType of(PostgresType type) {
    if (type instanceof PostgresType.Scalar scalar) {
      return NumberTypes.find(scalar)
          .or(() -> TimeTypes.find(scalar))
          .or(() -> TextTypes.find(scalar))
          .orElseGet(() -> TextTypes.cast(type));
    } else if (type instanceof PostgresType.Money money) {
      return NumberTypes.money(money);
    } else if (type instanceof PostgresType.Enumeration) {
      return TextTypes.sent(type);
    } else if (type instanceof PostgresType.Extension extension) {
      return ExtensionTypes.find(extension).orElseGet(() -> TextTypes.cast(type));
    }
    return NESTED.of(type);
  }
}
