package io.millrace.core.change;

import io.millrace.core.MillraceException;
import io.millrace.core.RunId;
import io.millrace.core.Unit;

/**
 * What is loaded at once of a bucket: a stretch of its changes, all of them of one RunInstance. Cut
 * by what the log says alone, so that the same log gives the same cuts.
 *
 * @param bucket whose changes
 * @param number counts the bucket's cuts from 0
 * @param run the RunInstance of its rows; without rows, the one it ends in
 */
public record Cut(Bucket bucket, int number, RunId run) {
  public Cut {
    if (number < 0) {
      throw MillraceException.data(
          "Cannot use cut %d of %s: they count from 0".formatted(number, bucket));
    }
  }

  /** How transforms and paths see it: the generation as the plan, the bucket as the Partition. */
  public Unit unit() {
    return new Unit(bucket.stream(), run, bucket.generation().id(), bucket.recordKey());
  }

  @Override
  public String toString() {
    return bucket + "/" + number;
  }
}
