package io.millrace.connect.clickhouse.column.text;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.type.DataType;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Texts, bytes, UUIDs and addresses. */
public final class TextTypes {
  private static final int UUID_BYTES = 16;

  private TextTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(DataType type, Unrepresentable policy) {
    String source = type.toString();
    return Optional.ofNullable(
        switch (type.name()) {
          case "String" ->
              policy.partial(
                  ValueType.flat(
                      source, ArrowType.Utf8.INSTANCE, vector -> new StringReader(vector, policy)));
          case "FixedString" -> fixed(type);
          case "UUID" ->
              ValueType.flat(source, new ArrowType.FixedSizeBinary(UUID_BYTES), UuidReader::new)
                  .withExtension("arrow.uuid");
          case "IPv4" -> ValueType.flat(source, ArrowType.Utf8.INSTANCE, Ipv4Reader::new);
          case "IPv6" -> ValueType.flat(source, ArrowType.Utf8.INSTANCE, Ipv6Reader::new);
          default -> null;
        });
  }

  private static ValueType fixed(DataType type) {
    return type.arguments().size() == 1
            && type.arguments().get(0) instanceof DataType.WholeNumber length
            && length.value() > 0
        ? ValueType.flat(
            type.toString(), new ArrowType.FixedSizeBinary(length.value()), FixedWidthReader::new)
        : null;
  }
}
