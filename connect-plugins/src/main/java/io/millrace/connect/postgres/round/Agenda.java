package io.millrace.connect.postgres.round;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.Relation;
import io.millrace.connect.postgres.Selection;
import io.millrace.connect.postgres.plan.ServerWindows;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.round.RunSchedule;
import io.millrace.connect.round.StoredRound;
import io.millrace.connect.round.StreamMark;
import io.millrace.connect.round.WindowAgenda;
import io.millrace.core.MillraceException;
import io.millrace.core.change.Position;
import io.millrace.core.window.Window;
import io.millrace.core.window.WindowCalendar;
import io.millrace.core.window.WindowOptions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Decides which runs are read next: every relation once per request and those that resnapshots ask
 * for, or, where the runs are windows, those that are due.
 */
public final class Agenda {
  /** How often somebody may ask for a resnapshot and be heard. */
  private static final Duration LISTENING_REST = Duration.ofSeconds(5);

  private final RunSchedule schedule;
  private final Commission commission;
  private final WindowOptions windows;
  private final Selection selection;
  private final boolean several;
  private final Resnapshots resnapshots;

  /**
   * The agenda of a connector.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   * @param selection what is read
   */
  public Agenda(Commission commission, WindowOptions windowsOrNull, Selection selection) {
    this(commission, windowsOrNull, selection, null);
  }

  private Agenda(
      Commission commission,
      WindowOptions windowsOrNull,
      Selection selection,
      Resnapshots resnapshotsOrNull) {
    this.schedule = new RunSchedule(commission, windowsOrNull);
    this.commission = commission;
    this.windows = windowsOrNull;
    this.selection = selection;
    this.several = selection instanceof Selection.Several;
    this.resnapshots = resnapshotsOrNull;
  }

  /** That of a connector which reads whole tables, and again when it is asked to. */
  public static Agenda listening(
      Commission commission, Selection selection, Resnapshots resnapshots) {
    return new Agenda(commission, /* windowsOrNull= */ null, selection, resnapshots);
  }

  /** Whether a run that cannot be read is given up, and the others go on; else nothing does. */
  public boolean mayFail() {
    return several || windows != null;
  }

  /** Whether nothing will ever be due again after a round, null if there was none. */
  public boolean isDone(StoredRound stored) {
    return resnapshots == null && schedule.isDone(stored);
  }

  /** How long nothing need be asked after nothing was due. */
  public Duration rest() {
    return resnapshots == null ? schedule.rest() : LISTENING_REST;
  }

  /** Whether nothing is due for now, as can be said without asking the source. */
  public boolean isIdle(StoredRound stored) {
    return next(stored).isNothing();
  }

  /** What the next round answers, after another one; null if there was none. */
  public Wish next(StoredRound stored) {
    if (resnapshots == null) {
      return Wish.all(commission.request(), Map.of());
    }
    Map<String, Position> asked = resnapshots.asked();
    Wish last = stored == null ? null : Wish.parse(stored.id().request());
    if (last == null
        || !last.request().equals(commission.request())
        || (last.isOfAll() && !stored.isComplete())) {
      return Wish.all(commission.request(), asked);
    }
    return Wish.since(
        commission.request(), stored.isComplete() ? last.through() : last.afterOrNull(), asked);
  }

  /** How far the windows of each stream have come after a round, null if there was none. */
  public Map<String, StreamMark> marks(StoredRound stored) {
    return schedule.marks(stored);
  }

  /**
   * The runs that are due after a round, null if there was none.
   *
   * @param now by the source's clock
   */
  public List<DueRun> due(Connection connection, StoredRound stored, Instant now)
      throws SQLException {
    return due(connection, stored, now, next(stored));
  }

  /** Those of them that answer a wish. */
  public List<DueRun> due(Connection connection, StoredRound stored, Instant now, Wish wish)
      throws SQLException {
    if (isDone(stored) || wish.isNothing()) {
      return List.of();
    }
    var catalog = new Catalog(connection);
    List<Relation> relations =
        selection.resolve(catalog).stream()
            .filter(relation -> wish.has(relation.stream()))
            .toList();
    Map<String, StreamMark> marks = marks(stored);
    WindowAgenda agenda = windows == null ? null : schedule.windows(stored, now, relations.size());
    var due = new ArrayList<DueRun>();
    for (Relation relation : relations) {
      StreamMark mark = marks.getOrDefault(relation.stream(), StreamMark.START);
      try {
        due.addAll(
            windows == null
                ? List.of(new DueRun.Whole(relation, relation.describe(catalog)))
                : windows(relation, connection, mark, agenda));
      } catch (MillraceException e) {
        if (!several || e.retriable()) {
          throw e;
        }
        due.add(DueRun.unreadable(relation, e.getMessage()));
      } catch (SQLException e) {
        if (!several || PostgresServer.passing(e)) {
          throw e;
        }
        due.add(DueRun.unreadable(relation, PostgresServer.words(e)));
      }
    }
    return List.copyOf(due);
  }

  private List<DueRun> windows(
      Relation relation, Connection connection, StreamMark mark, WindowAgenda agenda)
      throws SQLException {
    if (agenda.rests(mark)) {
      return List.of();
    }
    Table table = relation.describe(new Catalog(connection));
    SplitColumn column = SplitColumn.ofRuns(table, windows.column());
    var statistics = new ServerWindows(connection, table, column);
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
