package io.millrace.core.ledger;

import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import java.time.Instant;

/**
 * One link of a bucket's chain: a cut that is loaded. The newest one alone is the bucket's state.
 *
 * @param cut what was loaded
 * @param reach which changes it covers
 * @param staged the files, none if there were no rows
 * @param log where the log goes on behind it
 * @param fingerprint of transforms and output settings
 */
public record ChangeEntry(Cut cut, Reach reach, Staged staged, LogMark log, String fingerprint) {
  /**
   * The changes that an entry covers.
   *
   * @param after the position where the entry before it ends; {@link Position#START} for the first
   * @param last the position up to which the bucket is loaded with it
   * @param progress how far commit times had come there
   * @param rows how many changes it covers, before any transform
   */
  public record Reach(Position after, Position last, Progress progress, long rows) {}

  /**
   * A place in the log.
   *
   * @param topicId Kafka's id of the topic
   * @param partition number of the TopicPartition
   * @param offset the first offset behind the entry's last record
   * @param timestamp of that record
   */
  public record LogMark(String topicId, int partition, long offset, Instant timestamp) {}
}
