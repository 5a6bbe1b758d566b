package io.millrace.connect.postgres.changes;

import io.millrace.connect.postgres.server.TableName;
import io.millrace.connect.postgres.slot.SlotGeneration;
import io.millrace.connect.postgres.wal.ChangedTable;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Generation;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.SchemaFingerprint;
import java.util.Arrays;
import org.apache.arrow.vector.types.pojo.Schema;

/** A table's stream: which generation it has, how far its buckets have come, its latest schema. */
final class TableStream {
  private final StreamId id;
  private final TableName table;
  private final Generation generation;
  private final Position[] lasts;
  private final long since;
  private Position resnapshot;
  private long membership;
  private Schema schema;
  private String fingerprint;
  private byte[] empty;

  /**
   * A stream that goes on where its chain ends.
   *
   * @param since what was committed before is left out; 0 for nothing
   */
  TableStream(
      StreamId id, TableName table, SlotGeneration generation, StreamChain chain, long since) {
    this.id = id;
    this.table = table;
    this.generation = generation.of(chain.key());
    this.lasts = chain.lasts().toArray(Position[]::new);
    this.since = since;
    this.resnapshot = chain.resnapshot();
    this.membership = chain.membership();
  }

  StreamId id() {
    return id;
  }

  TableName table() {
    return table;
  }

  long since() {
    return since;
  }

  int buckets() {
    return lasts.length;
  }

  Bucket bucket(int number) {
    return new Bucket(id, generation, number);
  }

  /**
   * Refuses another key than the generation's: rows would change their buckets.
   *
   * @throws MillraceException (SOURCE) that says what to do
   */
  void requireKey(ChangedTable announced) {
    if (!announced.key().equals(generation.key())) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "The key of %s is %s now, and its changes are divided by %s: give it that key again (primary key, or REPLICA IDENTITY USING INDEX), or begin anew: millrace drop FILE --slot"
              .formatted(table, announced.key(), generation.key()));
    }
  }

  void take(Schema latest) {
    if (!latest.equals(schema)) {
      schema = latest;
      fingerprint = SchemaFingerprint.of(latest);
      empty = new ArrowCodec().encode(latest);
    }
  }

  String fingerprint() {
    return fingerprint;
  }

  /** The schema without rows. */
  byte[] empty() {
    return empty;
  }

  /** Where the last record of a bucket ends. */
  Position last(int bucket) {
    return lasts[bucket];
  }

  void advance(int bucket, Position last) {
    lasts[bucket] = last;
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

  StreamChain chain() {
    return new StreamChain(generation.key(), Arrays.asList(lasts), resnapshot, membership);
  }
}
