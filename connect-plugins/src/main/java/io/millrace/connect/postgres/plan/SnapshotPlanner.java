package io.millrace.connect.postgres.plan;

import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.core.Bounds;
import io.millrace.core.window.Window;
import java.math.BigInteger;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Divides a table into Partitions: by the column that is configured, else by the primary key if it
 * is one column of a fitting type, else by the place of the rows if they have one. First and last
 * range are open, so that no row is outside; NULL is a Partition of its own.
 */
public final class SnapshotPlanner {
  /** The hidden column of a row's place: block and number, valid under one snapshot only. */
  static final String PLACE = "ctid";

  private final int ranges;

  /** A planner that aims at so many ranges. */
  public SnapshotPlanner(int ranges) {
    this.ranges = ranges;
  }

  /**
   * The Partitions of a table.
   *
   * @param configured the column to divide by, null for the planner's choice
   */
  public List<PlannedPartition> plan(
      Table table, SplitColumn configured, TableStatistics statistics) throws SQLException {
    Optional<SplitColumn> column =
        Optional.ofNullable(configured).or(() -> SplitColumn.keyOf(table));
    if (column.isPresent()) {
      return byColumn(column.get(), statistics.distribution(column.get()));
    }
    return switch (table.kind()) {
      case TABLE, PARTITIONED_TABLE, MATERIALIZED_VIEW -> byPlace(statistics.blocks());
      case VIEW, FOREIGN_TABLE, QUERY -> PlannedPartition.number(List.of(new Bounds.Everything()));
    };
  }

  /** The Partitions of a window, each an equal part of its time. */
  public List<PlannedPartition> plan(SplitColumn column, Window window) {
    List<Long> splits = even(column.ordinal(window.start()), column.ordinal(window.end() - 1));
    return PlannedPartition.number(
        ranges(column.name(), splits.stream().map(column::text).toList()));
  }

  List<PlannedPartition> byColumn(SplitColumn column, Distribution distribution) {
    List<String> bounds = splits(distribution).stream().map(column::text).toList();
    var parts = new ArrayList<>(ranges(column.name(), bounds));
    if (column.nullable() && parts.size() > 1) {
      parts.add(new Bounds.Nulls(column.name()));
    }
    return PlannedPartition.number(parts);
  }

  List<PlannedPartition> byPlace(long blocks) {
    List<String> bounds =
        even(0, blocks - 1).stream().map(block -> "(%d,0)".formatted(block)).toList();
    return PlannedPartition.number(ranges(PLACE, bounds));
  }

  private static List<Bounds> ranges(String column, List<String> bounds) {
    if (bounds.isEmpty()) {
      return List.of(new Bounds.Everything());
    }
    var parts = new ArrayList<Bounds>();
    String from = null;
    for (String to : bounds) {
      parts.add(new Bounds.Range(column, from, to));
      from = to;
    }
    parts.add(new Bounds.Range(column, from, null));
    return parts;
  }

  /** The values at which a new range begins, rising, fewer than there may be ranges. */
  private List<Long> splits(Distribution distribution) {
    if (distribution instanceof Distribution.Even even) {
      return even(even.min(), even.max());
    }
    if (distribution instanceof Distribution.Weighted weighted) {
      return quantiles(weighted.weights());
    }
    return List.of();
  }

  private List<Long> even(long min, long max) {
    var splits = new TreeSet<Long>();
    BigInteger first = BigInteger.valueOf(min);
    BigInteger span = BigInteger.valueOf(max).subtract(first).add(BigInteger.ONE);
    for (int i = 1; i < ranges; i++) {
      long split =
          first
              .add(span.multiply(BigInteger.valueOf(i)).divide(BigInteger.valueOf(ranges)))
              .longValueExact();
      if (split > min) {
        splits.add(split);
      }
    }
    return List.copyOf(splits);
  }

  /**
   * Closes a range when it has its part of what is left, so that one heavy value costs one range.
   */
  private List<Long> quantiles(List<Distribution.Weight> weights) {
    var splits = new ArrayList<Long>();
    double left = weights.stream().mapToDouble(Distribution.Weight::share).sum();
    double inRange = 0;
    for (int i = 0; i + 1 < weights.size() && splits.size() + 1 < ranges; i++) {
      inRange += weights.get(i).share();
      long next = weights.get(i + 1).value();
      boolean sameValue = next == weights.get(i).value();
      if (!sameValue && inRange * (ranges - splits.size()) >= left) {
        splits.add(next);
        left -= inRange;
        inRange = 0;
      }
    }
    return splits;
  }
}
