package io.millrace.runtime.sink;

import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeEntry;
import java.util.OptionalLong;

/** What became of a {@link CutRequest}. */
sealed interface CutOutcome {
  /** The cut is loaded, by us. */
  record Loaded(ChangeEntry entry) implements CutOutcome {}

  /** Another's entry has its number; what we staged is deleted. */
  record Lost(Bucket bucket) implements CutOutcome {}

  /**
   * The values are not what they should be, whoever tries and however often.
   *
   * @param record offset of the record at fault, in the TopicPartition where it lies; empty if one
   *     is missing
   */
  record Unreadable(Bucket bucket, String reason, OptionalLong record) implements CutOutcome {}
}
