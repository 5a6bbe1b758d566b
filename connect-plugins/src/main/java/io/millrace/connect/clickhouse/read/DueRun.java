package io.millrace.connect.clickhouse.read;

import io.millrace.connect.clickhouse.Relation;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.core.Bounds;
import io.millrace.core.RunId;
import io.millrace.core.window.Window;

/** A run that is to be read next. */
sealed interface DueRun {
  /** What to read. */
  Relation relation();

  /** The RunInstance. */
  RunId run();

  /** Whose rows, as the offsets name them. */
  SlotUnit unit();

  /** Which rows of the table are the run's. */
  Bounds bounds();

  /** All of it. */
  record Whole(Relation relation, Table table) implements DueRun {
    @Override
    public RunId run() {
      return RunId.SNAPSHOT;
    }

    @Override
    public SlotUnit unit() {
      return SlotUnit.whole(relation.stream());
    }

    @Override
    public Bounds bounds() {
      return new Bounds.Everything();
    }
  }

  /**
   * A window of it.
   *
   * @param column the run's column
   */
  record InWindow(Relation relation, Table table, SplitColumn column, Window window)
      implements DueRun {
    @Override
    public RunId run() {
      return window.run();
    }

    @Override
    public SlotUnit unit() {
      return new SlotUnit(relation.stream(), window.start(), window.end());
    }

    @Override
    public Bounds bounds() {
      return column.bounds(window);
    }
  }

  /**
   * One that is known to be of no use.
   *
   * @param reason why, for people
   */
  record Unreadable(Relation relation, RunId run, SlotUnit unit, String reason) implements DueRun {
    @Override
    public Bounds bounds() {
      return new Bounds.Everything();
    }
  }

  /** The same, known to be of no use. */
  default Unreadable unreadable(String reason) {
    return new Unreadable(relation(), run(), unit(), reason);
  }

  /** All of a relation that cannot be asked: where its runs are windows, no one knows which. */
  static Unreadable unreadable(Relation relation, String reason) {
    return new Unreadable(relation, RunId.SNAPSHOT, SlotUnit.whole(relation.stream()), reason);
  }
}
