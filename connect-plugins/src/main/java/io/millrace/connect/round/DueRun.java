package io.millrace.connect.round;

import io.millrace.connect.round.SlotProgress.SlotUnit;
import io.millrace.connect.selection.Relation;
import io.millrace.core.Bounds;
import io.millrace.core.RunId;
import io.millrace.core.window.Window;

/**
 * A run that is to be read next.
 *
 * @param <N> how the source names tables
 * @param <T> what it says of one
 */
public sealed interface DueRun<N, T> {
  /** What to read. */
  Relation<N> relation();

  /** The RunInstance. */
  RunId run();

  /** Whose rows, as the offsets name them. */
  SlotUnit unit();

  /** Which rows of the table are the run's. */
  Bounds bounds();

  /**
   * All of it.
   *
   * @param table what the source says of it
   */
  record Whole<N, T>(Relation<N> relation, T table) implements DueRun<N, T> {
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
   * @param table what the source says of it
   * @param bounds the window as values of the run's column
   */
  record InWindow<N, T>(Relation<N> relation, T table, Bounds.Range bounds, Window window)
      implements DueRun<N, T> {
    @Override
    public RunId run() {
      return window.run();
    }

    @Override
    public SlotUnit unit() {
      return new SlotUnit(relation.stream(), window.start(), window.end());
    }
  }

  /**
   * One that is known to be of no use.
   *
   * @param reason why, for people
   */
  record Unreadable<N, T>(Relation<N> relation, RunId run, SlotUnit unit, String reason)
      implements DueRun<N, T> {
    @Override
    public Bounds bounds() {
      return new Bounds.Everything();
    }
  }

  /** The same, known to be of no use. */
  default Unreadable<N, T> unreadable(String reason) {
    return new Unreadable<>(relation(), run(), unit(), reason);
  }

  /** All of a relation that cannot be asked: where its runs are windows, no one knows which. */
  static <N, T> Unreadable<N, T> unreadable(Relation<N> relation, String reason) {
    return new Unreadable<>(relation, RunId.SNAPSHOT, SlotUnit.whole(relation.stream()), reason);
  }
}
