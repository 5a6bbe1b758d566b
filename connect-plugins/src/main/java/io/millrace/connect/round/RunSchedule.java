package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What a connector's offsets say of the next round, whatever the source. */
public final class RunSchedule {
  /** So many windows of all streams make a round. */
  private static final int MOST_WINDOWS = 500;

  private static final int REST_PART = 20;
  private static final Duration LONGEST_REST = Duration.ofMinutes(1);

  private final Commission commission;
  private final WindowOptions windows;

  /**
   * The schedule of a connector.
   *
   * @param windowsOrNull how runs are made; null for one run of the whole table
   */
  public RunSchedule(Commission commission, WindowOptions windowsOrNull) {
    this.commission = commission;
    this.windows = windowsOrNull;
  }

  /** Whether nothing will ever be due again after a round, null if there was none. */
  public boolean isDone(StoredRound stored) {
    return windows == null
        && stored != null
        && stored.isComplete()
        && stored.id().request().equals(commission.request());
  }

  /** How long nothing need be asked after nothing was due. */
  public Duration rest() {
    Duration part = windows == null ? Duration.ZERO : windows.length().dividedBy(REST_PART);
    return part.compareTo(LONGEST_REST) < 0 ? part : LONGEST_REST;
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
