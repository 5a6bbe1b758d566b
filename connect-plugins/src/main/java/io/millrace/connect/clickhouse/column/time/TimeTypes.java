package io.millrace.connect.clickhouse.column.time;

import io.millrace.connect.clickhouse.column.read.FixedWidthReader;
import io.millrace.connect.clickhouse.column.read.Unrepresentable;
import io.millrace.connect.clickhouse.column.read.ValueType;
import io.millrace.connect.clickhouse.type.DataType;
import java.util.List;
import java.util.Optional;
import org.apache.arrow.vector.types.DateUnit;
import org.apache.arrow.vector.types.TimeUnit;
import org.apache.arrow.vector.types.pojo.ArrowType;

/** Days, instants and spans of time. */
public final class TimeTypes {
  private static final ArrowType DAY = new ArrowType.Date(DateUnit.DAY);
  private static final int MOST_DECIMALS = 9;
  private static final int DECIMALS_PER_UNIT = 3;

  /** Each a thousandth of the one before. */
  private static final List<TimeUnit> UNITS =
      List.of(TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND);

  private TimeTypes() {}

  /** Chooses for a type; nothing if it is none of these. */
  public static Optional<ValueType> find(DataType type, Unrepresentable policy) {
    String source = type.toString();
    return Optional.ofNullable(
        switch (type.name()) {
          case "Date" -> ValueType.flat(source, DAY, DateReader::new);
          case "Date32" -> ValueType.flat(source, DAY, FixedWidthReader::new);
          case "DateTime" ->
              zone(type.arguments())
                  .map(zone -> new ArrowType.Timestamp(TimeUnit.SECOND, zone))
                  .map(arrow -> ValueType.flat(source, arrow, SecondsReader::unsigned))
                  .orElse(null);
          case "Time" ->
              ValueType.flat(
                  source, new ArrowType.Duration(TimeUnit.SECOND), SecondsReader::signed);
          case "DateTime64" -> instant(type, policy);
          case "Time64" -> span(type, policy);
          default -> null;
        });
  }

  private static ValueType instant(DataType type, Unrepresentable policy) {
    return decimals(type)
        .flatMap(
            decimals ->
                zone(type.arguments().subList(1, type.arguments().size()))
                    .map(zone -> new ArrowType.Timestamp(unit(decimals), zone))
                    .map(arrow -> scaled(type, arrow, decimals, policy)))
        .orElse(null);
  }

  private static ValueType span(DataType type, Unrepresentable policy) {
    return decimals(type)
        .map(decimals -> scaled(type, new ArrowType.Duration(unit(decimals)), decimals, policy))
        .orElse(null);
  }

  private static ValueType scaled(
      DataType type, ArrowType arrow, int decimals, Unrepresentable policy) {
    int missing = thousandths(decimals) * DECIMALS_PER_UNIT - decimals;
    return missing == 0
        ? ValueType.flat(type.toString(), arrow, FixedWidthReader::new)
        : policy.partial(
            ValueType.flat(
                type.toString(), arrow, vector -> new ScaledReader(vector, missing, policy)));
  }

  /** The coarsest unit that holds so many decimals of a second. */
  private static TimeUnit unit(int decimals) {
    return UNITS.get(thousandths(decimals));
  }

  private static int thousandths(int decimals) {
    return (decimals + DECIMALS_PER_UNIT - 1) / DECIMALS_PER_UNIT;
  }

  private static Optional<Integer> decimals(DataType type) {
    return !type.arguments().isEmpty()
            && type.arguments().get(0) instanceof DataType.WholeNumber decimals
            && decimals.value() >= 0
            && decimals.value() <= MOST_DECIMALS
        ? Optional.of(decimals.value())
        : Optional.empty();
  }

  private static Optional<String> zone(List<DataType.Argument> arguments) {
    if (arguments.isEmpty()) {
      return Optional.of("UTC");
    }
    return arguments.size() == 1 && arguments.get(0) instanceof DataType.Text zone
        ? Optional.of(zone.value())
        : Optional.empty();
  }
}
