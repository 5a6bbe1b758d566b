package io.millrace.sinks.clickhouse;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Unit;
import io.millrace.sinks.clickhouse.server.SqlText;
import io.millrace.sinks.clickhouse.server.TableName;
import io.millrace.sinks.store.SafeName;
import java.util.Optional;

/**
 * The final place of a unit's rows, as a marker names it: {@code
 * database/table/run/partition-plan-writer}.
 *
 * @param table the table that readers ask
 * @param run the run, as the table's partition has it
 * @param writer whose rows
 */
record RowsPath(TableName table, String run, String writer) {
  /** The name of a unit's rows in a table. */
  static String of(TableName table, Unit unit, String writer) {
    return "%s/%s/%s/%s-%s-%s"
        .formatted(
            SafeName.of(table.database()),
            SafeName.of(table.table()),
            SafeName.of(unit.run().value()),
            SafeName.of(unit.partition()),
            unit.plan(),
            writer);
  }

  /**
   * Reads what {@link #of} wrote.
   *
   * @param run the run, whose name in the path may be shortened
   */
  static RowsPath parse(String path, String run) {
    String[] names = path.split("/", -1);
    Optional<String> database = SafeName.text(names[0]);
    Optional<String> table = names.length == 4 ? SafeName.text(names[1]) : Optional.empty();
    if (database.isEmpty() || table.isEmpty()) {
      throw MillraceException.lasting(
          Category.PROTOCOL,
          "Cannot read the path \"%s\" in a marker: expected database/table/run/partition-plan-writer"
              .formatted(path));
    }
    return new RowsPath(
        new TableName(database.get(), table.get()),
        run,
        names[3].substring(names[3].lastIndexOf('-') + 1));
  }

  /** Finds the rows, and no others. */
  String query() {
    return "SELECT * FROM %s WHERE %s = %s AND %s = %s"
        .formatted(
            table.sql(),
            TargetTable.RUN,
            SqlText.literal(run),
            TargetTable.WRITER,
            SqlText.literal(writer));
  }
}
