package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.core.change.Position;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What a connector's offsets say of the next round, whatever the source. */
public final class RunSchedule {
  /** How often somebody may ask for a resnapshot and be heard. */
  private static final Duration LISTENING_REST = Duration.ofSeconds(5);

  /** So many windows of all streams make a round. */
  private static final int MOST_WINDOWS = 500;

  private static final int REST_PART = 20;
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final Commission commission;
  private final WindowOptions windows;
  private final Resnapshots resnapshots;

  /**
   * The schedule of a connector.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   */
  public RunSchedule(Commission commission, WindowOptions windowsOrNull) {
    this(commission, windowsOrNull, null);
  }

  private RunSchedule(
      Commission commission, WindowOptions windowsOrNull, Resnapshots resnapshotsOrNull) {
    this.commission = commission;
    this.windows = windowsOrNull;
    this.resnapshots = resnapshotsOrNull;
  }

  /** That of a connector which reads whole tables, and again when it is asked to. */
  public static RunSchedule listening(Commission commission, Resnapshots resnapshots) {
    return new RunSchedule(commission, /* windowsOrNull= */ null, resnapshots);
  }

  /** Whether nothing will ever be due again after a round, null if there was none. */
  public boolean isDone(StoredRound stored) {
    return windows == null
        && resnapshots == null
        && stored != null
        && stored.isComplete()
        && stored.id().request().equals(commission.request());
  }

  /** How long nothing need be asked after nothing was due. */
  public Duration rest() {
    if (resnapshots != null) {
      return LISTENING_REST;
    }
    Duration part = windows == null ? Duration.ZERO : windows.length().dividedBy(REST_PART);
    return part.compareTo(LONGEST_REST) < 0 ? part : LONGEST_REST;
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
    return windows == null || stored == null ? Map.of() : stored.marks(windows.recheck());
  }

  /**
   * What is to be done at a moment, where the runs are windows.
   *
   * @param stored the latest round, null if there was none
   * @param now by the source's clock
   * @param streams among how many streams a round's windows are divided
   */
  public WindowAgenda windows(StoredRound stored, Instant now, int streams) {
    Instant marked =
        stored == null ? Instant.EPOCH : Instant.ofEpochMilli(stored.id().plan().epochMillis());
    int most = Math.max(1, MOST_WINDOWS / streams);
    return new WindowAgenda(windows, commission.range(), commission.request(), now, marked, most);
  }
}
