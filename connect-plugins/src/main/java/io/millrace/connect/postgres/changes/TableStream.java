package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.BucketChains;
import io.millrace.connect.change.StreamChain;
import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.util.List;

/** A table's stream: which generation it has, how far its buckets have come, its latest schema. */
final class TableStream {
  private final TableName table;
  private final BucketChains chains;
  private final long since;

  /**
   * A stream that goes on where its chain ends.
   *
   * @param since what was committed before is left out; 0 for nothing
   */
  TableStream(
      StreamId id, TableName table, SlotGeneration generation, StreamChain chain, long since) {
    this.table = table;
    this.chains = new BucketChains(id, generation.of(chain.key()), chain);
    this.since = since;
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
}
