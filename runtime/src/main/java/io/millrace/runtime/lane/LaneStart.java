package io.millrace.runtime.lane;

import java.util.OptionalLong;

/**
 * Where a lane begins to read: at the lower of the group's offset and the ledger's hint.
 *
 * <p>The hint is what the target itself says, so that an offset of Kafka's beyond it is not to be
 * trusted: it may have been reset, belong to a deleted topic of that name, or speak of a ledger
 * that was removed since. Hints are written some seconds after the offsets are committed; to read
 * so much again costs little, and what is loaded is skipped.
 */
public final class LaneStart {
  private LaneStart() {}

  /**
   * The offset of the first record to be read; empty: the log's start.
   *
   * @param committed the group's offset, if there is one
   * @param hint what the ledger says of this TopicPartition of this topic id
   */
  public static OptionalLong of(OptionalLong committed, OptionalLong hint) {
    return committed.isPresent() && hint.isPresent()
        ? OptionalLong.of(Math.min(committed.getAsLong(), hint.getAsLong()))
        : hint;
  }
}
