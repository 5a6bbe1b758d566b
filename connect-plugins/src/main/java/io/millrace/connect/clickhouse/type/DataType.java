package io.millrace.connect.clickhouse.type;

import java.util.List;
import java.util.stream.Collectors;

/**
 * A type: its name and what stands in its parentheses.
 *
 * @param name e.g. {@code Array}
 * @param arguments in their order; empty without parentheses
 */
public record DataType(String name, List<Argument> arguments) {
  /** What may stand in a type's parentheses. */
  public sealed interface Argument {}

  /**
   * A type, or a function's name, which reads alike.
   *
   * @param label the name before it, as in {@code Tuple(a Int8)}; empty if there is none
   */
  public record Inner(String label, DataType type) implements Argument {
    @Override
    public String toString() {
      return label.isEmpty() ? type.toString() : quoted(label, '`') + " " + type;
    }
  }

  /** A whole number, as in {@code Decimal(9, 2)}. */
  public record WholeNumber(int value) implements Argument {
    @Override
    public String toString() {
      return Integer.toString(value);
    }
  }

  /** A text, as in {@code DateTime('UTC')}. */
  public record Text(String value) implements Argument {
    @Override
    public String toString() {
      return quoted(value, '\'');
    }
  }

  /** A label of an enum and the number it stands for. */
  public record Label(String label, int value) implements Argument {
    @Override
    public String toString() {
      return quoted(label, '\'') + " = " + value;
    }
  }

  /** What stands in the parentheses of a type that is not read: kept as it was. */
  public record Unread(String text) implements Argument {
    @Override
    public String toString() {
      return text;
    }
  }

  /** Copies the list. */
  public DataType {
    arguments = List.copyOf(arguments);
  }

  /** The same, without the zone of any {@code DateTime}, which blocks leave out. */
  public DataType withoutZones() {
    return name.equals("DateTime")
        ? new DataType(name, List.of())
        : new DataType(name, arguments.stream().map(DataType::withoutZones).toList());
  }

  private static Argument withoutZones(Argument argument) {
    return argument instanceof Inner inner
        ? new Inner(inner.label(), inner.type().withoutZones())
        : argument;
  }

  private static String quoted(String text, char quote) {
    String escaped = text.replace("\\", "\\\\").replace("" + quote, "\\" + quote);
    return quote + escaped + quote;
  }

  /** One line, as ClickHouse writes it but for the quotes around every label. */
  @Override
  public String toString() {
    return arguments.isEmpty()
        ? name
        : arguments.stream()
            .map(Argument::toString)
            .collect(Collectors.joining(", ", name + "(", ")"));
  }
}
