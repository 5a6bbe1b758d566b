package io.millrace.core.wire;

import io.millrace.core.MillraceException;

/** What a record says of itself. */
public sealed interface BatchHeader {
  /** The reading the record is a part of. */
  Reading reading();

  /** The place in the attempt: data 0..n-1, the partition's end n. */
  int sequence();

  /** Fingerprint of the Arrow schema in the record's value (see {@link SchemaFingerprint}). */
  String schema();

  /**
   * How many rows the record speaks of: those in it, or at a partition's end those the source
   * counted.
   */
  long rows();

  /** A record with rows. */
  record Data(Reading reading, int sequence, String schema, long rows) implements BatchHeader {
    public Data {
      requireCounts(sequence, rows);
    }
  }

  /**
   * The end of an attempt; its value is the schema without rows.
   *
   * @param sequence the number of data records before it
   * @param rows the source's own count of what it sent
   * @param checksum see {@link AttemptChecksum}
   */
  record PartitionEnd(Reading reading, int sequence, String schema, long rows, int checksum)
      implements BatchHeader {
    public PartitionEnd {
      requireCounts(sequence, rows);
    }
  }

  private static void requireCounts(int sequence, long rows) {
    if (sequence < 0 || rows < 0) {
      throw MillraceException.data(
          "Cannot use sequence %d with %d rows: neither is ever negative"
              .formatted(sequence, rows));
    }
  }
}
