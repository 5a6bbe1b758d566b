package io.millrace.connect.postgres.plan;

import io.millrace.connect.postgres.server.SqlText;
import io.millrace.connect.postgres.server.Table;
import io.millrace.core.Bounds;
import java.util.StringJoiner;

/** Bounds as SQL. */
public final class Conditions {
  private Conditions() {}

  /** The condition that a row of the table lies within the bounds. */
  public static String of(Bounds bounds, Table table) {
    if (bounds instanceof Bounds.Nulls nulls) {
      return SqlText.identifier(nulls.column()) + " IS NULL";
    }
    if (bounds instanceof Bounds.Range range) {
      // No table can have a column of its own by this name.
      boolean place = range.column().equals(SnapshotPlanner.PLACE);
      String column = SqlText.identifier(range.column());
      String type = place ? "tid" : SplitColumn.named(table, range.column()).sqlType();
      var condition = new StringJoiner(" AND ").setEmptyValue("true");
      range.from().ifPresent(from -> condition.add(compare(column, ">=", from, type)));
      range.to().ifPresent(to -> condition.add(compare(column, "<", to, type)));
      return condition.toString();
    }
    return "true";
  }

  private static String compare(String column, String operator, String value, String type) {
    return "%s %s %s::%s".formatted(column, operator, SqlText.literal(value), type);
  }
}
