package io.millrace.runtime.sink;

import io.millrace.core.Unit;
import io.millrace.core.ledger.LogRange;
import io.millrace.runtime.lane.AttemptEnd;

/**
 * An attempt to be loaded.
 *
 * @param end what it must turn out to be
 * @param place where in the log it lies
 * @param source its values; closed by whoever serves the request
 */
record LoadRequest(AttemptEnd end, LanePlace place, AttemptSource source) {
  Unit unit() {
    return end.reading().unit();
  }

  /**
   * Where the attempt was found, and how many rows; known when all values were asked for. The part
   * where it ended may be the end alone, if it is split.
   */
  LogRange log(long rows) {
    return new LogRange(
        place.topic(),
        place.topicId(),
        place.partition(),
        Math.min(source.first(), end.offset()),
        end.offset(),
        end.leaderEpoch(),
        rows,
        source.elsewhere());
  }
}
