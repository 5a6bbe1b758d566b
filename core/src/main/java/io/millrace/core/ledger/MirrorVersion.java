package io.millrace.core.ledger;

import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import java.util.List;
import java.util.stream.Stream;

/**
 * The rows of a stream's table as of a position: those of a snapshot, and all changes up to there.
 *
 * @param stream whose table
 * @param number 0 for the stream's first version, one more for each after it
 * @param base the snapshot that it goes back to
 * @param generation within what positions compare
 * @param asOf how far the changes are in it
 * @param buckets its files, one element for each bucket of the generation, in order
 * @param fingerprint of transforms and output settings
 */
public record MirrorVersion(
    StreamId stream,
    int number,
    PlannedRun base,
    Generation generation,
    AsOf asOf,
    List<BucketRows> buckets,
    String fingerprint) {
  public MirrorVersion {
    buckets = List.copyOf(buckets);
  }

  /**
   * A place between two transactions.
   *
   * @param position every change up to it is in, and none after it
   * @param progress how far commit times had come there
   */
  public record AsOf(Position position, Progress progress) {}

  /**
   * A bucket's files. Those of a bucket that has not changed are those of the version before.
   *
   * @param state its rows for the next version
   * @param table its rows for readers; none if there are none
   */
  public record BucketRows(StagedFile state, List<StagedFile> table) {
    public BucketRows {
      table = List.copyOf(table);
    }

    /** All of them. */
    public Stream<StagedFile> files() {
      return Stream.concat(Stream.of(state), table.stream());
    }
  }

  /** Rows that readers see. */
  public long rows() {
    return tables().mapToLong(StagedFile::rows).sum();
  }

  /** The files for readers. */
  public Stream<StagedFile> tables() {
    return buckets.stream().flatMap(bucket -> bucket.table().stream());
  }

  @Override
  public String toString() {
    return "mirror %d of %s".formatted(number, stream);
  }
}
