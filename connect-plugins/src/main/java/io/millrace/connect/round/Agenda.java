package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.connect.selection.Relation;
import io.millrace.connect.selection.Selection;
import io.millrace.core.MillraceException;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import io.millrace.core.window.WindowOptions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which runs are read next: every relation once per request and those that resnapshots ask
 * for, or, where the runs are windows, those that are due.
 *
 * @param <N> how the source names tables
 */
public final class Agenda<N> {
  private final RunSchedule schedule;
  private final WindowOptions windows;
  private final Selection<N> selection;
  private final boolean several;

  /**
   * The agenda of a connector.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   * @param selection what is read
   */
  public Agenda(Commission commission, WindowOptions windowsOrNull, Selection<N> selection) {
    this(new RunSchedule(commission, windowsOrNull), windowsOrNull, selection);
  }

  private Agenda(RunSchedule schedule, WindowOptions windowsOrNull, Selection<N> selection) {
    this.schedule = schedule;
    this.windows = windowsOrNull;
    this.selection = selection;
    this.several = selection instanceof Selection.Several<N>;
  }

  /** That of a connector which reads whole tables, and again when it is asked to. */
  public static <N> Agenda<N> listening(
      Commission commission, Selection<N> selection, Resnapshots resnapshots) {
    return new Agenda<>(
        RunSchedule.listening(commission, resnapshots), /* windowsOrNull= */ null, selection);
  }

  /** When the next round comes. */
  public RunSchedule schedule() {
    return schedule;
  }

  /** Alone, a table that cannot be read is an error; of several tables or windows others go on. */
  public OnFailure onFailure() {
    return several || windows != null ? OnFailure.GIVE_UP : OnFailure.FAIL;
  }

  /**
   * The runs that are due after a round, null if there was none.
   *
   * @param now by the source's clock
   */
  public <T> List<DueRun<N, T>> due(TableSource<N, T> source, StoredRound stored, Instant now) {
    return due(source, stored, now, schedule.next(stored));
  }

  /** Those of them that answer a wish. */
  public <T> List<DueRun<N, T>> due(
      TableSource<N, T> source, StoredRound stored, Instant now, Wish wish) {
    if (schedule.isDone(stored) || wish.isNothing()) {
      return List.of();
    }
    List<Relation<N>> relations =
        selection.resolve(source::tables).stream()
            .filter(relation -> wish.has(relation.stream()))
            .toList();
    Map<String, StreamMark> marks = schedule.marks(stored);
    var due = new ArrayList<DueRun<N, T>>();
    for (Relation<N> relation : relations) {
      StreamMark mark = marks.getOrDefault(relation.stream(), StreamMark.START);
      try {
        if (windows == null) {
          due.add(new DueRun.Whole<>(relation, source.describe(relation)));
        } else {
          var agenda = schedule.windows(stored, now, relations.size());
          due.addAll(windows(relation, source, mark, agenda));
        }
      } catch (MillraceException e) {
        if (!several || e.retriable()) {
          throw e;
        }
        due.add(DueRun.unreadable(relation, e.getMessage()));
      }
    }
    return List.copyOf(due);
  }

  private <T> List<DueRun<N, T>> windows(
      Relation<N> relation, TableSource<N, T> source, StreamMark mark, WindowAgenda agenda) {
    if (agenda.rests(mark)) {
      return List.of();
    }
    T table = source.describe(relation);
    RunColumn column = source.runColumn(table, windows.column());
    List<Window> windowsDue =
        agenda.due(WindowCalendar.of(windows, column.timeLine()), mark, column.statistics());
    if (windowsDue.isEmpty()) {
      return List.of();
    }
    Optional<String> failure = agenda.outside(relation.toString(), column.statistics());
    var due = new ArrayList<DueRun<N, T>>();
    for (Window window : windowsDue) {
      var run = new DueRun.InWindow<>(relation, table, column.bounds().apply(window), window);
      due.add(failure.isPresent() ? run.unreadable(failure.get()) : run);
    }
    return due;
  }
}
