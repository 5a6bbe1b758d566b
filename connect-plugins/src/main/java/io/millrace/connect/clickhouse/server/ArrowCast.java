package io.millrace.connect.clickhouse.server;

import io.millrace.connect.clickhouse.type.DataType;
import io.millrace.core.MillraceException;
import java.util.List;
import java.util.Optional;

/**
 * How the server is asked for a type whose values {@code FORMAT ArrowStream} writes as something
 * else than {@code FORMAT Native} is read as: for one that it writes alike.
 */
final class ArrowCast {
  private static final DataType TEXT = new DataType("String", List.of());
  private static final DataType FLOAT = new DataType("Float32", List.of());
  private static final DataType DAY = new DataType("Date32", List.of());
  private static final DataType SECONDS = new DataType("Int64", List.of());
  private static final DataType.Text UTC = new DataType.Text("UTC");

  private ArrowCast() {}

  /**
   * The SQL instead of a column's name; nothing if the column can be read as it is.
   *
   * @throws MillraceException (CONFIGURATION, key {@code format}) if it cannot be cast either
   */
  static Optional<String> of(String column, DataType type) {
    DataType target = target(column, type);
    return target.equals(type)
        ? Optional.empty()
        : Optional.of(
            "CAST(%s, %s)"
                .formatted(SqlText.identifier(column), SqlText.literal(target.toString())));
  }

  private static DataType target(String column, DataType type) {
    return switch (type.name()) {
      case "Int128", "Int256", "UInt128", "UInt256", "Enum8", "Enum16", "IPv4", "IPv6" -> TEXT;
      case "BFloat16" -> FLOAT;
      case "Date" -> DAY; // of which older servers make a number
      case "Time" -> SECONDS;
      case "DateTime" ->
          new DataType(
              "DateTime64",
              List.of(
                  new DataType.WholeNumber(0),
                  type.arguments().isEmpty() ? UTC : type.arguments().get(0)));
      case "Time64" -> throw refused(column, type);
      case "Tuple" -> {
        if (type.arguments().isEmpty()) {
          throw refused(column, type);
        }
        yield inside(column, type);
      }
      case "SimpleAggregateFunction" -> {
        DataType last = ((DataType.Inner) type.arguments().get(type.arguments().size() - 1)).type();
        DataType target = target(column, last);
        yield target.equals(last) ? type : target;
      }
      default -> inside(column, type);
    };
  }

  private static DataType inside(String column, DataType type) {
    return new DataType(
        type.name(), type.arguments().stream().map(each -> inside(column, each)).toList());
  }

  private static DataType.Argument inside(String column, DataType.Argument argument) {
    return argument instanceof DataType.Inner inner
        ? new DataType.Inner(inner.label(), target(column, inner.type()))
        : argument;
  }

  private static MillraceException refused(String column, DataType type) {
    return MillraceException.configuration(
        "format",
        "Cannot read column %s as Arrow: ClickHouse has no place for %s there; use format: native"
            .formatted(column, type));
  }
}
