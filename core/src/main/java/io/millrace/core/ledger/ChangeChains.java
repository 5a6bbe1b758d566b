package io.millrace.core.ledger;

import io.millrace.core.change.Bucket;
import java.util.Optional;

/** The chains, for whoever adds to them; like the {@link Ledger}, for any process at any time. */
public interface ChangeChains extends ChangeChainsView {
  /**
   * The newest entry, for a process that begins to work on the bucket: should one have died before
   * it published the entry's files, that is done.
   *
   * @throws io.millrace.core.MillraceException (PROTOCOL) if the ledger knows the generation with
   *     other properties
   */
  Optional<ChangeEntry> resume(Bucket bucket);

  /**
   * Adds an entry to its bucket's chain, unless the chain has one of its number; says whether this
   * one stands. Its files are published then, and so are those of all before it.
   *
   * @throws io.millrace.core.MillraceException (PROTOCOL) if it does not go on where the chain ends
   */
  boolean append(ChangeEntry entry);

  /**
   * Notes what is missing in the log where a bucket's next entry should begin, as the entry that
   * would do without it. A later note of the same number replaces it; nothing is decided by it.
   */
  void halt(ChangeEntry gap);

  /** Deletes what was staged for cuts that others made, or that were made and published. */
  void sweep();
}
