package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.StreamChain;
import io.millrace.core.change.Position;
import java.util.List;

/**
 * How far a table's stream has come.
 *
 * @param records how far its records have
 * @param resnapshot where the log asked the last time to read the table again; the start if never
 * @param membership by which row of the catalog the table is published; 0 if that is not known
 */
record TableChain(StreamChain records, Position resnapshot, long membership) {
  /** Before the first record. */
  static TableChain start(List<String> key, int buckets) {
    return of(StreamChain.start(key, buckets));
  }

  /** Nobody has asked, and the membership is not known. */
  static TableChain of(StreamChain records) {
    return new TableChain(records, Position.START, 0);
  }
}
