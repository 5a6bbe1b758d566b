package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.BucketChains;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Position;
import java.util.List;

/** A table's stream: which generation it has, how far its buckets have come, its latest schema. */
final class TableStream {
  private final TableName table;
  private final BucketChains chains;
  private final long since;
  private Position resnapshot;
  private long membership;

  /**
   * A stream that goes on where its chain ends.
   *
   * @param since what was committed before is left out; 0 for nothing
   */
  TableStream(
      StreamId id, TableName table, SlotGeneration generation, TableChain chain, long since) {
    this.table = table;
    this.chains = new BucketChains(id, generation.of(chain.records().key()), chain.records());
    this.since = since;
    this.resnapshot = chain.resnapshot();
    this.membership = chain.membership();
  }

  TableName table() {
    return table;
  }

  long since() {
    return since;
  }

  /** How far the records of its buckets have come. */
  BucketChains chains() {
    return chains;
  }

  /**
   * Refuses another key than the generation's: rows would change their buckets.
   *
   * @throws MillraceException (SOURCE) that says what to do
   */
  void requireKey(ChangedTable announced) {
    List<String> key = chains.generation().key();
    if (!announced.key().equals(key)) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "The key of %s is %s now, and its changes are divided by %s: give it that key again (primary key, or REPLICA IDENTITY USING INDEX), or begin anew: millrace drop FILE --slot"
              .formatted(table, announced.key(), key));
    }
  }

  /** Somebody wants the table to be read again; the place in the log names the wish. */
  void askForResnapshot(Position place) {
    resnapshot = place;
  }

  /**
   * The table is published by this row of the catalog.
   *
   * @return whether it was another before: then it was not published for a while
   */
  boolean isPublishedAnew(long row) {
    boolean anew = membership != 0 && membership != row;
    membership = row;
    return anew;
  }

  TableChain chain() {
    return new TableChain(chains.chain(), resnapshot, membership);
  }
}
