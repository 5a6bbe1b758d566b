package io.millrace.connect.round;

import io.millrace.connect.Commission;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.StoredOffset;
import java.util.List;
import java.util.function.Predicate;

/** How far a connector is with a request, as seen from outside: by its offsets and the source. */
public final class RequestProgress {
  private final Commission commission;
  private final RunSchedule schedule;

  /** The progress of a connector that is told this. */
  public RequestProgress(SourceRequest request) {
    this.commission = Commission.of(request);
    this.schedule = new RunSchedule(commission, request.windowsOrNull());
  }

  /**
   * Whether its latest round is complete and nothing more is due: what the connector asks too.
   *
   * @param isNothingDue asks the source what is due after a round, null if there was none
   */
  public boolean isFulfilled(List<StoredOffset> offsets, Predicate<StoredRound> isNothingDue) {
    StoredRound latest =
        new StoredRounds(new KnownOffsets(offsets), commission.pipeline()).latest().orElse(null);
    if (schedule.isDone(latest)) {
      return true;
    }
    if (latest != null && !latest.isComplete()) {
      return false;
    }
    return isNothingDue.test(latest);
  }
}
