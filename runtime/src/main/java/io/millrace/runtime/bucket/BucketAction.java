package io.millrace.runtime.bucket;

import io.millrace.core.change.Bucket;
import io.millrace.core.change.Cut;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry.Reach;
import io.millrace.runtime.bucket.ChangeRecord.Place;
import java.util.Set;

/** What a lane of changes wants done. Actions of one call are done in order. */
public sealed interface BucketAction {
  /**
   * Ask the ledger where the bucket's chain ends; the answer goes to {@link ChangeWorker#answer}.
   */
  record LookUp(Bucket bucket) implements BucketAction {}

  /** Keep the record's value as a part of the bucket's cut of this number. */
  record Keep(Bucket bucket, int cut, int sequence) implements BucketAction {}

  /** The record is of no use. */
  record Drop(Bucket bucket, String reason) implements BucketAction {}

  /** What was kept of all the bucket's cuts goes. */
  record Discard(Bucket bucket, String reason) implements BucketAction {}

  /**
   * Load the cut from what was kept, which is the lane's no more; the outcome goes to {@link
   * ChangeWorker#loaded}, {@link ChangeWorker#lost} or {@link ChangeWorker#failed}.
   */
  record Load(ClosedCut cut) implements BucketAction {}

  /**
   * Read some of the bucket's records that go on behind a position, wherever they lie; they go to
   * {@link ChangeWorker#fetched}.
   *
   * @param except where records lie that are of no use
   */
  record Fetch(Bucket bucket, Position behind, Set<Place> except) implements BucketAction {
    public Fetch {
      except = Set.copyOf(except);
    }
  }

  /**
   * Note in the ledger that the log lacks changes.
   *
   * @param cut the one that would go on without them
   * @param reach from where to where they are missing
   * @param behind the record behind them
   * @param reason what was looked for
   */
  record Miss(Cut cut, Reach reach, ChangeRecord behind, String reason) implements BucketAction {}

  /** The bucket cannot go on until a record fills the gap. */
  record Halt(Bucket bucket, String reason) implements BucketAction {}
}
