package io.millrace.runtime.sink;

import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.runtime.bucket.ChangeRecord;

/** What became of a {@link CutRequest}. */
sealed interface CutOutcome {
  /** The cut is loaded, by us. */
  record Loaded(ChangeEntry entry) implements CutOutcome {}

  /** Another's entry has its number; what we staged is deleted. */
  record Lost(Bucket bucket) implements CutOutcome {}

  /** Nobody can use this record of it, whoever tries and however often. */
  record Unreadable(ChangeRecord record, String reason) implements CutOutcome {}
}
