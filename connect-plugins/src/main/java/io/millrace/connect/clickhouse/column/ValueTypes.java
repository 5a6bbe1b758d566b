package io.millrace.connect.clickhouse.column;

import io.millrace.connect.clickhouse.column.dictionary.DictionaryTypes;
import io.millrace.connect.clickhouse.column.nested.NestedTypes;
import io.millrace.connect.clickhouse.column.number.NumberTypes;
import io.millrace.connect.clickhouse.column.read.NullableReader;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.column.text.TextTypes;
import io.millrace.connect.clickhouse.column.time.TimeTypes;
import io.millrace.connect.clickhouse.type.DataType;
import io.millrace.core.MillraceException;
import java.util.List;

/** The table of all types. */
final class ValueTypes {
  private final Unrepresentable policy;
  private final DictionaryTypes dictionary = new DictionaryTypes(this::of);
  private final NestedTypes nested;

  /**
   * The table.
   *
   * @param policy what becomes of values without a place; of a map's keys always an error
   */
  ValueTypes(Unrepresentable policy) {
    this.policy = policy;
    this.nested =
        new NestedTypes(
            this::of,
            policy == Unrepresentable.ERROR ? this::of : new ValueTypes(Unrepresentable.ERROR)::of);
  }

  /**
   * Chooses for a type.
   *
   * @throws MillraceException (DATA) if it is not read
   */
  ValueType of(DataType type) {
    return switch (type.name()) {
      case "Nullable" -> of(last(type)).nullable(type.toString(), NullableReader::new);
      case "SimpleAggregateFunction" -> of(last(type)).named(type.toString());
      default ->
          NumberTypes.find(type, policy)
              .or(() -> TextTypes.find(type, policy))
              .or(() -> TimeTypes.find(type, policy))
              .or(() -> dictionary.find(type))
              .or(() -> nested.find(type))
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
