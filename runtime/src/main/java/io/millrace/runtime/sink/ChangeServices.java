package io.millrace.runtime.sink;

import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeChains;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What the lanes of changes of one sink share.
 *
 * @param inbox brings answers and outcomes back to the consumer's thread
 * @param lookUps asks the chains
 * @param chains the ledger's
 * @param fetches reads what is missing
 * @param readers opens a bucket's records as they lie in the log
 * @param writers where is loaded
 * @param loader loads
 * @param buffers makes empty buffers
 * @param events hear of it all
 */
record ChangeServices(
    Inbox inbox,
    PatientCalls lookUps,
    ChangeChains chains,
    PatientCalls fetches,
    Readers readers,
    WriterPool writers,
    CutLoader loader,
    Supplier<UnitBuffer> buffers,
    SinkEvents events) {

  /** Opens a bucket's records behind its chain's newest entry. */
  interface Readers {
    BucketReader open(LanePlace lane, Bucket bucket, Optional<LogMark> mark);
  }
}
