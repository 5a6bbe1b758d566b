package io.millrace.connect.clickhouse.plan;

import io.millrace.connect.clickhouse.server.SqlText;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.core.Bounds;
import java.math.BigInteger;
import java.util.StringJoiner;

/** Bounds as SQL. */
public final class Conditions {
  private static final String ALL = "1";
  private static final String NONE = "0";

  private static final BigInteger LAST_DATE = BigInteger.valueOf(0xffff);
  private static final BigInteger LAST_DATE_TIME = BigInteger.valueOf(0xffff_ffffL);

  private Conditions() {}

  /** The condition that a row of the table lies within the bounds. */
  public static String of(Bounds bounds, Table table) {
    if (bounds instanceof Bounds.Nulls nulls) {
      return SqlText.identifier(nulls.column()) + " IS NULL";
    }
    if (bounds instanceof Bounds.Range range) {
      SplitColumn column = SplitColumn.named(table, range.column());
      var condition = new StringJoiner(" AND ").setEmptyValue(ALL);
      range.from().ifPresent(from -> condition.add(atLeast(column, column.parse(from))));
      range.to().ifPresent(to -> condition.add(before(column, column.parse(to))));
      return condition.toString();
    }
    return ALL;
  }

  private static String atLeast(SplitColumn column, BigInteger from) {
    if (isBeforeAll(column, from)) {
      return column.nullable() ? column.sql() + " IS NOT NULL" : ALL;
    }
    return isAfterAll(column, from) ? NONE : column.sql() + " >= " + literal(column, from);
  }

  private static String before(SplitColumn column, BigInteger to) {
    if (isAfterAll(column, to)) {
      return column.nullable() ? column.sql() + " IS NOT NULL" : ALL;
    }
    return isBeforeAll(column, to) ? NONE : column.sql() + " < " + literal(column, to);
  }

  /** Date and DateTime are unsigned: what lies outside has no literal, and would wrap around. */
  private static boolean isBeforeAll(SplitColumn column, BigInteger ordinal) {
    return switch (column.kind()) {
      case DATE, DATE_TIME -> ordinal.signum() <= 0;
      default -> false;
    };
  }

  private static boolean isAfterAll(SplitColumn column, BigInteger ordinal) {
    return switch (column.kind()) {
      case DATE -> ordinal.compareTo(LAST_DATE) > 0;
      case DATE_TIME -> ordinal.compareTo(LAST_DATE_TIME) > 0;
      default -> false;
    };
  }

  private static String literal(SplitColumn column, BigInteger ordinal) {
    return switch (column.kind()) {
      case INTEGER -> ordinal.toString();
      case DATE -> "toDate('%s')".formatted(column.text(ordinal));
      case DATE32 -> "toDate32('%s')".formatted(column.text(ordinal));
      case DATE_TIME ->
          "toDateTime('%s', 'UTC')".formatted(TimeText.time(ordinal.longValueExact()));
      case DATE_TIME64 ->
          "toDateTime64('%s', 0, 'UTC')".formatted(TimeText.time(ordinal.longValueExact()));
    };
  }
}
