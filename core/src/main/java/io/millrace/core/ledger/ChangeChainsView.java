package io.millrace.core.ledger;

import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import java.util.List;
import java.util.Optional;

/**
 * What a target remembers of change streams: for each bucket a chain of entries without a hole, of
 * which none ever goes.
 */
public interface ChangeChainsView {
  /** The newest entry of a bucket. */
  Optional<ChangeEntry> newest(Bucket bucket);

  /** The buckets of a stream that have an entry, by generation and number. */
  List<Bucket> buckets(StreamId stream);

  /** The entries of a bucket that readers shall see, in order: those whose files are published. */
  List<ChangeEntry> published(Bucket bucket);

  /** Those of them that reach beyond a position. */
  default List<ChangeEntry> published(Bucket bucket, Position behind) {
    return published(bucket).stream()
        .filter(entry -> entry.reach().last().compareTo(behind) > 0)
        .toList();
  }

  /**
   * What the log lacks, so that buckets of the stream are halted: see {@link ChangeChains#halt}.
   */
  List<ChangeEntry> halted(StreamId stream);

  /** The entries of a stream that go on without changes, by somebody's decision. */
  List<ChangeEntry> gaps(StreamId stream);

  /** The files of a published entry, as absolute paths or URLs. */
  List<String> files(ChangeEntry entry);
}
