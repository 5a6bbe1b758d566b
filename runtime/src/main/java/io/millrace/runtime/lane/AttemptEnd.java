package io.millrace.runtime.lane;

import io.millrace.core.wire.BatchHeader;
import io.millrace.core.wire.Reading;

/**
 * An attempt's partition-end as it was seen in the log.
 *
 * @param header its counts and checksum
 * @param offset its place in the log
 * @param leaderEpoch of that place, -1 if unknown
 */
public record AttemptEnd(BatchHeader.PartitionEnd header, long offset, int leaderEpoch) {
  /** What was read. */
  public Reading reading() {
    return header.reading();
  }

  /** The number of data records. */
  public int batches() {
    return header.sequence();
  }

  /** The attempt that ended. */
  public AttemptKey key() {
    return AttemptKey.of(reading());
  }
}
