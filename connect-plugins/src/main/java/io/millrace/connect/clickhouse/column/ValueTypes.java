package io.millrace.connect.clickhouse.column;

import io.millrace.connect.clickhouse.column.dictionary.DictionaryTypes;
import io.millrace.connect.clickhouse.column.nested.NestedTypes;
import io.millrace.connect.clickhouse.column.number.NumberTypes;
import io.millrace.connect.clickhouse.column.read.NullableReader;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.column.text.TextTypes;
import io.millrace.connect.clickhouse.column.time.TimeTypes;
import io.millrace.connect.clickhouse.type.DataType;
import io.millrace.core.MillraceException;
import java.util.List;

/** The table of all types. */
final class ValueTypes {
  private static final DictionaryTypes DICTIONARY = new DictionaryTypes(ValueTypes::of);
  private static final NestedTypes NESTED = new NestedTypes(ValueTypes::of);

  private ValueTypes() {}

  /**
   * Chooses for a type.
   *
   * @throws MillraceException (DATA) if it is not read
   */
  static ValueType of(DataType type) {
    return switch (type.name()) {
      case "Nullable" -> of(last(type)).nullable(type.toString(), NullableReader::new);
      case "SimpleAggregateFunction" -> of(last(type)).named(type.toString());
      default ->
          NumberTypes.find(type)
              .or(() -> TextTypes.find(type))
              .or(() -> TimeTypes.find(type))
              .or(() -> DICTIONARY.find(type))
              .or(() -> NESTED.find(type))
              .orElseThrow(() -> refused(type));
    };
  }

  private static DataType last(DataType type) {
    List<DataType.Argument> arguments = type.arguments();
    if (!arguments.isEmpty()
        && arguments.get(arguments.size() - 1) instanceof DataType.Inner inner) {
      return inner.type();
    }
    throw refused(type);
  }

  private static MillraceException refused(DataType type) {
    String instead =
        switch (type.name()) {
          case "AggregateFunction" -> "select finalizeAggregation() of it";
          case "JSON", "Object" -> "select toJSONString() of it";
          case "Dynamic", "Variant", "Geometry" -> "select toString() of it";
          default -> "leave the column out, or select a cast to a type of docs/clickhouse.md";
        };
    return MillraceException.data("the type %s is not read: %s".formatted(type, instead));
  }
}
