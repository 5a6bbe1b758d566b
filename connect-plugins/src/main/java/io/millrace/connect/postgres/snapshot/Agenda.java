package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.Commission;
import io.millrace.connect.postgres.Relation;
import io.millrace.connect.postgres.Selection;
import io.millrace.connect.postgres.plan.ServerWindows;
import io.millrace.connect.postgres.plan.SplitColumn;
import io.millrace.connect.postgres.server.Catalog;
import io.millrace.connect.postgres.server.Table;
import io.millrace.connect.postgres.snapshot.SlotProgress.SlotUnit;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
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
 * Decides which runs are read next: every relation once per request, or, where the runs are
 * windows, those that are due.
 */
final class Agenda {
  /** So many windows of all streams make a round. */
  private static final int MOST_WINDOWS = 500;

  private static final int REST_PART = 20;
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final Commission commission;
  private final WindowOptions windows;
  private final boolean several;

  /**
   * The agenda of a connector.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   * @param selection what is read
   */
  Agenda(Commission commission, WindowOptions windowsOrNull, Selection selection) {
    this.commission = commission;
    this.windows = windowsOrNull;
    this.several = selection instanceof Selection.Several;
  }

  /**
   * A run that is due.
   *
   * @param relation what to read
   * @param table what the catalog says of it, null if that failed
   * @param run the RunInstance
   * @param windowOrNull its window, if it has one
   * @param columnOrNull the column of that window
   * @param failureOrNull why it cannot be read, if that is known already
   */
  record Item(
      Relation relation,
      Table table,
      RunId run,
      Window windowOrNull,
      SplitColumn columnOrNull,
      String failureOrNull) {
    SlotUnit of() {
      return windowOrNull == null
          ? new SlotUnit(relation.stream(), 0, 0)
          : new SlotUnit(relation.stream(), windowOrNull.start(), windowOrNull.end());
    }

    Bounds bounds() {
      return windowOrNull == null ? new Bounds.Everything() : columnOrNull.bounds(windowOrNull);
    }

    Optional<String> failure() {
      return Optional.ofNullable(failureOrNull);
    }
  }

  /** Whether a run that cannot be read is given up, and the others go on; else nothing does. */
  boolean mayFail() {
    return several || windows != null;
  }

  /** Whether nothing will ever be due again after a round, null if there was none. */
  boolean isDone(StoredRound stored) {
    return windows == null && isFulfilled(stored);
  }

  /** How long nothing need be asked after nothing was due. */
  Duration rest() {
    Duration part = windows == null ? Duration.ZERO : windows.every().dividedBy(REST_PART);
    return part.compareTo(LONGEST_REST) < 0 ? part : LONGEST_REST;
  }

  /** How far the windows of each stream have come after a round. */
  Map<String, StreamMark> marks(StoredRound stored) {
    return windows == null || stored == null
        ? Map.of()
        : stored.marks(commission.range(), windows.recheck());
  }

  /** The runs that are due after a round, null if there was none. */
  List<Item> due(Connection connection, Selection selection, StoredRound stored, Instant now)
      throws SQLException {
    if (isDone(stored)) {
      return List.of();
    }
    var catalog = new Catalog(connection);
    List<Relation> relations = selection.resolve(catalog);
    Map<String, StreamMark> marks = marks(stored);
    Instant marked =
        stored == null ? Instant.EPOCH : Instant.ofEpochMilli(stored.id().plan().epochMillis());
    int most = Math.max(1, MOST_WINDOWS / relations.size());
    var items = new ArrayList<Item>();
    for (Relation relation : relations) {
      StreamMark mark = marks.getOrDefault(relation.stream(), StreamMark.START);
      try {
        if (windows == null) {
          items.add(
              new Item(relation, relation.describe(catalog), RunId.SNAPSHOT, null, null, null));
        } else if (!windowAgenda(now).rests(mark, marked)) {
          items.addAll(windows(relation, relation.describe(catalog), connection, mark, now, most));
        }
      } catch (MillraceException e) {
        if (!several || e.retriable()) {
          throw e;
        }
        // A table that cannot be asked has no windows to name: its failure needs some run's name.
        items.add(new Item(relation, null, RunId.SNAPSHOT, null, null, e.getMessage()));
      }
    }
    return List.copyOf(items);
  }

  private WindowAgenda windowAgenda(Instant now) {
    return new WindowAgenda(windows, commission.range(), commission.request(), now);
  }

  private boolean isFulfilled(StoredRound stored) {
    return stored != null
        && stored.isComplete()
        && stored.id().request().equals(commission.request());
  }

  private List<Item> windows(
      Relation relation, Table table, Connection connection, StreamMark mark, Instant now, int most)
      throws SQLException {
    SplitColumn column = SplitColumn.ofRuns(table, windows.column());
    var statistics = new ServerWindows(connection, table, column);
    WindowAgenda agenda = windowAgenda(now);
    List<Window> due =
        agenda.due(WindowCalendar.of(windows, column.timeLine()), mark, statistics, most);
    if (due.isEmpty()) {
      return List.of();
    }
    String failure = agenda.outside(relation.toString(), statistics).orElse(null);
    return due.stream()
        .map(window -> new Item(relation, table, window.run(), window, column, failure))
        .toList();
  }
}
