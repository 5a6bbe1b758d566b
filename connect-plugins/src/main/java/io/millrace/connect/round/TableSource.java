package io.millrace.connect.round;

import io.millrace.connect.selection.Relation;
import io.millrace.connect.selection.Selection;
import io.millrace.core.MillraceException;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/**
 * A session at a source, as far as planning asks it. Whatever goes wrong there is a {@link
 * MillraceException}, retriable if another session may succeed.
 *
 * @param <N> how the source names tables
 * @param <T> what it says of one
 */
public interface TableSource<N, T> {
  /** All tables there are. */
  List<N> tables();

  /** What there is to be known of a relation. */
  T describe(Relation<N> relation);

  /**
   * The column of the option {@code run.column}.
   *
   * @throws MillraceException (CONFIGURATION) if there is none or it holds no times
   */
  RunColumn runColumn(T table, String name);

  /**
   * Describes what is selected, for people; of several tables those that cannot be read, too.
   *
   * @throws MillraceException if none can be read
   */
  default SourceTables describeAll(
      Selection<N> selection, BiFunction<Relation<N>, T, SourceTable> describe) {
    var tables = new ArrayList<SourceTable>();
    var unreadable = new ArrayList<SourceTables.Unreadable>();
    MillraceException first = null;
    for (Relation<N> relation : selection.resolve(this::tables)) {
      try {
        tables.add(describe.apply(relation, describe(relation)));
      } catch (MillraceException e) {
        if (e.retriable()) {
          throw e;
        }
        first = first == null ? e : first;
        unreadable.add(
            new SourceTables.Unreadable(relation.stream(), relation.toString(), e.getMessage()));
      }
    }
    if (tables.isEmpty()) {
      throw first;
    }
    return new SourceTables(tables, unreadable);
  }
}
