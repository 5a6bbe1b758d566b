package io.millrace.runtime.lane;

import static io.millrace.runtime.lane.OpenUnit.State.ASKED;
import static io.millrace.runtime.lane.OpenUnit.State.COLLECTING;

import java.time.Duration;
import java.util.function.Consumer;

/** Tells by the times in the log which units have gone so long without a batch that they park. */
final class QuietUnits {
  private final Duration parkAfter;
  private final LaneUnits units;
  private long logTime = Long.MIN_VALUE;

  /** Before this log time none is quiet for long enough: most records need no look at the units. */
  private long nextCheck = Long.MAX_VALUE;

  QuietUnits(Duration parkAfter, LaneUnits units) {
    this.parkAfter = parkAfter;
    this.units = units;
  }

  /** A record of this time was read. */
  void pass(long timestamp) {
    logTime = Math.max(logTime, timestamp);
  }

  /** The record was one of this unit. */
  void seen(OpenUnit unit) {
    unit.lastSeen = logTime;
    nextCheck = Math.min(nextCheck, parkTime(unit));
  }

  /** Does something to the units that are being collected and have gone quiet. */
  void each(Consumer<OpenUnit> park) {
    if (logTime < nextCheck) {
      return;
    }
    units.each(unit -> unit.state == COLLECTING && parkTime(unit) <= logTime, park);
    nextCheck = Long.MAX_VALUE;
    units.each(
        unit -> unit.state == COLLECTING || unit.state == ASKED,
        unit -> nextCheck = Math.min(nextCheck, parkTime(unit)));
  }

  private long parkTime(OpenUnit unit) {
    return unit.lastSeen + parkAfter.toMillis();
  }
}
