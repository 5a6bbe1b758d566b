package io.millrace.connect.clickhouse.plan;

import io.millrace.connect.clickhouse.server.Column;
import io.millrace.connect.clickhouse.server.SqlText;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.type.DataType;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import java.math.BigInteger;
import java.util.Optional;

/**
 * A column whose ranges can be Partitions. Its values are planned with as whole numbers (the
 * integer itself, days or seconds since 1970-01-01), so that all kinds split alike.
 *
 * @param name its name
 * @param kind what its values are
 * @param nullable whether NULL needs a Partition of its own
 */
public record SplitColumn(String name, Kind kind, boolean nullable) {
  private static final String TYPES =
      "integers of up to 64 bits, Date, Date32, DateTime and DateTime64";

  private static final String RUN_COLUMN = "run.column";
  private static final long DAY = 86_400;

  /** What the values of a column are. */
  public enum Kind {
    INTEGER,
    DATE,
    DATE32,
    DATE_TIME,
    DATE_TIME64
  }

  /**
   * The column that the option {@code partition.column} names.
   *
   * @throws MillraceException (CONFIGURATION) if there is none or it is of another type
   */
  public static SplitColumn named(Table table, String name) {
    Column column = table.requireColumn("partition.column", name);
    return of(column)
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    "partition.column",
                    "Cannot divide %s by \"%s\": it is of type %s; %s can be divided"
                        .formatted(table.name(), name, column.declared(), TYPES)));
  }

  /** The column that the table is sorted by, if it can be divided by it. */
  public static Optional<SplitColumn> keyOf(Table table) {
    return table.sortedBy().flatMap(SplitColumn::of);
  }

  /**
   * The column that the option {@code run.column} names.
   *
   * @throws MillraceException (CONFIGURATION) if there is none or it holds no times
   */
  public static SplitColumn ofRuns(Table table, String name) {
    Column column = table.requireColumn(RUN_COLUMN, name);
    return of(column)
        .filter(found -> found.kind != Kind.INTEGER)
        .orElseThrow(
            () ->
                MillraceException.configuration(
                    RUN_COLUMN,
                    "Cannot make windows of \"%s\" of %s: it is of type %s; Date, Date32, DateTime"
                            .formatted(name, table.name(), column.declared())
                        + " and DateTime64 can be used"));
  }

  private static Optional<SplitColumn> of(Column column) {
    DataType type = column.declared();
    boolean nullable = false;
    while (type.name().equals("LowCardinality") || type.name().equals("Nullable")) {
      nullable |= type.name().equals("Nullable");
      type = ((DataType.Inner) type.arguments().get(0)).type();
    }
    Kind kind = kind(type.name());
    return kind == null
        ? Optional.empty()
        : Optional.of(new SplitColumn(column.name(), kind, nullable));
  }

  private static Kind kind(String type) {
    return switch (type) {
      case "Int8", "Int16", "Int32", "Int64", "UInt8", "UInt16", "UInt32", "UInt64" -> Kind.INTEGER;
      case "Date" -> Kind.DATE;
      case "Date32" -> Kind.DATE32;
      case "DateTime" -> Kind.DATE_TIME;
      case "DateTime64" -> Kind.DATE_TIME64;
      default -> null;
    };
  }

  private boolean isDays() {
    return kind == Kind.DATE || kind == Kind.DATE32;
  }

  /** What the windows of this column are counted on. */
  public WindowCalendar.TimeLine timeLine() {
    if (kind == Kind.INTEGER) {
      throw new IllegalStateException(name + " holds no times");
    }
    return isDays() ? WindowCalendar.TimeLine.DATE : WindowCalendar.TimeLine.INSTANT;
  }

  /** The rows of a window. */
  public Bounds.Range bounds(Window window) {
    return new Bounds.Range(name, text(ordinal(window.start())), text(ordinal(window.end())));
  }

  /** The second at which a whole number begins, as {@link Window} counts. */
  long second(long ordinal) {
    return isDays() ? Math.multiplyExact(ordinal, DAY) : ordinal;
  }

  /** The whole number that a second falls on. */
  BigInteger ordinal(long second) {
    return BigInteger.valueOf(isDays() ? Math.floorDiv(second, DAY) : second);
  }

  /** The name in SQL. */
  public String sql() {
    return SqlText.identifier(name);
  }

  /** SQL for the whole number that a value is planned with. */
  String ordinalSql(String value) {
    return switch (kind) {
      case INTEGER -> value;
      case DATE, DATE32, DATE_TIME -> "toInt64(%s)".formatted(value);
      case DATE_TIME64 -> "toInt64(toStartOfSecond(%s))".formatted(value);
    };
  }

  /** The value of a whole number, as people read it. */
  String text(BigInteger ordinal) {
    if (kind == Kind.INTEGER) {
      return ordinal.toString();
    }
    long second = second(ordinal.longValueExact());
    return isDays() ? TimeText.day(second) : TimeText.instant(second);
  }

  /** The whole number of a text. */
  BigInteger parse(String text) {
    return kind == Kind.INTEGER ? new BigInteger(text) : ordinal(TimeText.parse(text));
  }
}
