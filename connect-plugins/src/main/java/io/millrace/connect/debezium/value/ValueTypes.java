package io.millrace.connect.debezium.value;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Schema;

/** The Arrow type of every Connect schema that can be read: the table in docs/debezium.md. */
public final class ValueTypes {
  private static final String SOURCE_TYPE = "__debezium.source.column.type";
  private static final String SOURCE_LENGTH = "__debezium.source.column.length";
  private static final String SOURCE_SCALE = "__debezium.source.column.scale";

  private final TextTypes texts = new TextTypes();
  private final NumberTypes numbers;
  private final TimeTypes times;
  private final NestedTypes nested = new NestedTypes(this);

  /** Types whose values, if they have no place in Arrow's, are treated so. */
  public ValueTypes(Unrepresentable policy) {
    this.numbers = new NumberTypes(policy);
    this.times = new TimeTypes(policy);
  }

  /** The type of a schema's values; nothing if there is none. */
  public Optional<ValueType> find(Schema schema) {
    return texts
        .find(schema)
        .or(() -> numbers.find(schema))
        .or(() -> times.find(schema))
        .or(() -> nested.find(schema));
  }

  /** How the source calls a column's type if Debezium tells it, else how Connect does. */
  public static String sourceName(Schema schema) {
    Map<String, String> told = schema.parameters() == null ? Map.of() : schema.parameters();
    String type = told.get(SOURCE_TYPE);
    if (type == null) {
      return connectName(schema);
    }
    String length = told.get(SOURCE_LENGTH);
    String scale = told.get(SOURCE_SCALE);
    String size = length == null ? "" : scale == null ? length : length + "," + scale;
    return size.isEmpty() ? type : "%s(%s)".formatted(type, size);
  }

  /** How Kafka Connect calls a type: by its logical name if it has one. */
  public static String connectName(Schema schema) {
    String plain = schema.type().getName();
    return schema.name() == null ? plain : "%s (%s)".formatted(schema.name(), plain);
  }
}
