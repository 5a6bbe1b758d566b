package io.millrace.connect.clickhouse.read;

import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.Relation;
import io.millrace.connect.clickhouse.Selection;
import io.millrace.connect.clickhouse.plan.ServerWindows;
import io.millrace.connect.clickhouse.plan.SplitColumn;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.round.RunSchedule;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StreamMark;
import io.millrace.connect.round.WindowAgenda;
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
 * Decides which runs are read next: every relation once per request, or, where the runs are
 * windows, those that are due.
 */
final class Agenda {
  private final RunSchedule schedule;
  private final WindowOptions windows;
  private final Selection selection;
  private final boolean several;

  /**
   * The agenda of a connector.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   */
  Agenda(Commission commission, WindowOptions windowsOrNull, Selection selection) {
    this.schedule = new RunSchedule(commission, windowsOrNull);
    this.windows = windowsOrNull;
    this.selection = selection;
    this.several = selection instanceof Selection.Several;
  }

  /** When the next round comes. */
  RunSchedule schedule() {
    return schedule;
  }

  /** Whether a run that cannot be read is given up, and the others go on; else nothing does. */
  boolean mayFail() {
    return several || windows != null;
  }

  /**
   * The runs that are due after a round, null if there was none.
   *
   * @param now by the source's clock
   */
  List<DueRun> due(ClickHouseSession session, StoredRound stored, Instant now) {
    if (schedule.isDone(stored)) {
      return List.of();
    }
    var catalog = new Catalog(session);
    List<Relation> relations = selection.resolve(catalog);
    Map<String, StreamMark> marks = schedule.marks(stored);
    var due = new ArrayList<DueRun>();
    for (Relation relation : relations) {
      StreamMark mark = marks.getOrDefault(relation.stream(), StreamMark.START);
      try {
        due.addAll(
            windows == null
                ? List.of(new DueRun.Whole(relation, relation.describe(catalog)))
                : windows(
                    relation, session, mark, schedule.windows(stored, now, relations.size())));
      } catch (MillraceException e) {
        if (!several || e.retriable()) {
          throw e;
        }
        due.add(DueRun.unreadable(relation, e.getMessage()));
      }
    }
    return List.copyOf(due);
  }

  private List<DueRun> windows(
      Relation relation, ClickHouseSession session, StreamMark mark, WindowAgenda agenda) {
    if (agenda.rests(mark)) {
      return List.of();
    }
    Table table = relation.describe(new Catalog(session));
    SplitColumn column = SplitColumn.ofRuns(table, windows.column());
    var statistics = new ServerWindows(session, table, column);
    List<Window> windowsDue =
        agenda.due(WindowCalendar.of(windows, column.timeLine()), mark, statistics);
    if (windowsDue.isEmpty()) {
      return List.of();
    }
    Optional<String> failure = agenda.outside(relation.toString(), statistics);
    var due = new ArrayList<DueRun>();
    for (Window window : windowsDue) {
      var run = new DueRun.InWindow(relation, table, column, window);
      due.add(failure.isPresent() ? run.unreadable(failure.get()) : run);
    }
    return due;
  }
}
