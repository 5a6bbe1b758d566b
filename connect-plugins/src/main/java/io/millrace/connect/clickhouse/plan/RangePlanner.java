package io.millrace.connect.clickhouse.plan;

import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.core.Bounds;
import io.millrace.core.window.Window;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.StringJoiner;
import java.util.TreeSet;

/**
 * Divides a table into Partitions: by the column that is configured, else by the first one it is
 * sorted by if that is of a fitting type. Quantiles make the ranges even. First and last range are
 * open, so that no row is outside; NULL is a Partition of its own.
 */
public final class RangePlanner {
  private final int ranges;

  /** A planner that aims at so many ranges. */
  public RangePlanner(int ranges) {
    this.ranges = ranges;
  }

  /**
   * The Partitions of those rows of a table for which a condition holds.
   *
   * @param configured the column to divide by, null for the planner's choice
   */
  public List<PlannedPartition> plan(
      ClickHouseSession session, Table table, SplitColumn configured, String condition) {
    Optional<SplitColumn> column =
        Optional.ofNullable(configured).or(() -> SplitColumn.keyOf(table));
    if (column.isEmpty() || (ranges == 1 && !column.get().nullable())) {
      return PlannedPartition.number(List.of(new Bounds.Everything()));
    }
    Collection<BigInteger> splits = splits(session, table, column.get(), condition);
    return byColumn(column.get(), splits);
  }

  /** The Partitions of a window, each an equal part of its time. */
  public List<PlannedPartition> plan(SplitColumn column, Window window) {
    BigInteger first = column.ordinal(window.start());
    BigInteger span = column.ordinal(window.end() - 1).subtract(first).add(BigInteger.ONE);
    var splits = new TreeSet<BigInteger>();
    for (int i = 1; i < ranges; i++) {
      splits.add(
          first.add(span.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(ranges))));
    }
    splits.remove(first);
    return PlannedPartition.number(ranges(column, splits));
  }

  static List<PlannedPartition> byColumn(SplitColumn column, Collection<BigInteger> splits) {
    var parts = new ArrayList<>(ranges(column, splits));
    if (column.nullable() && parts.size() > 1) {
      parts.add(new Bounds.Nulls(column.name()));
    }
    return PlannedPartition.number(parts);
  }

  private static List<Bounds> ranges(SplitColumn column, Collection<BigInteger> splits) {
    if (splits.isEmpty()) {
      return List.of(new Bounds.Everything());
    }
    var parts = new ArrayList<Bounds>();
    String from = null;
    for (BigInteger split : splits) {
      String to = column.text(split);
      parts.add(new Bounds.Range(column.name(), from, to));
      from = to;
    }
    parts.add(new Bounds.Range(column.name(), from, null));
    return parts;
  }

  /** The values at which a new range begins, rising, fewer than there may be ranges. */
  private Collection<BigInteger> splits(
      ClickHouseSession session, Table table, SplitColumn column, String condition) {
    if (ranges == 1) {
      return List.of();
    }
    var levels = new StringJoiner(", ");
    for (int i = 1; i < ranges; i++) {
      levels.add(
          BigDecimal.valueOf(i)
              .divide(BigDecimal.valueOf(ranges), 6, RoundingMode.HALF_UP)
              .toPlainString());
    }
    String name = column.sql();
    List<String> row =
        session
            .rows(
                "SELECT toString(%s), toString(%s), quantiles(%s)(toFloat64(%s)) FROM %s WHERE %s"
                    .formatted(
                        column.ordinalSql("min(" + name + ")"),
                        column.ordinalSql("max(" + name + ")"),
                        levels,
                        column.ordinalSql(name),
                        table.from(),
                        condition))
            .get(0);
    return row.get(0) == null
        ? List.of()
        : between(new BigInteger(row.get(0)), new BigInteger(row.get(1)), row.get(2));
  }

  /**
   * Quantiles as whole numbers that begin a range: above the least value, none twice.
   *
   * @param quantiles as ClickHouse writes an array
   */
  static Collection<BigInteger> between(BigInteger min, BigInteger max, String quantiles) {
    var splits = new TreeSet<BigInteger>();
    for (String each : quantiles.replaceAll("[\\[\\]]", "").split(",", -1)) {
      if (!each.isBlank() && !each.strip().equals("nan")) {
        BigInteger split =
            new BigDecimal(each.strip()).setScale(0, RoundingMode.CEILING).toBigInteger();
        if (split.compareTo(min) > 0 && split.compareTo(max) <= 0) {
          splits.add(split);
        }
      }
    }
    return splits;
  }
}
