package io.millrace.core.wire;

import io.millrace.core.MillraceException;

/** What a record says of itself. */
public sealed interface BatchHeader {
  /** The reading the record is a part of. */
  Reading reading();

  /** The place in the attempt: data 0..n-1, what closes it n. */
  int sequence();

  /** Fingerprint of the Arrow schema in the record's value (see {@link SchemaFingerprint}). */
  String schema();

  /**
   * How many rows the record speaks of: those in it, at a partition's end those the source counted,
   * at a failure none.
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

  /**
   * The attempt was given up: it never has an end. Its value is the schema without rows.
   *
   * @param sequence the number of data records before it
   * @param schema of the attempt, or of a schema without columns if none was known
   * @param reason why, for people: on one line, control characters replaced, cut to {@link
   *     #LONGEST_REASON} characters
   */
  record PartitionFailed(Reading reading, int sequence, String schema, String reason)
      implements BatchHeader {
    /** Brokers take far more, but nobody reads it. */
    public static final int LONGEST_REASON = 1_000;

    private static final String CUT = "...";

    public PartitionFailed {
      requireCounts(sequence, 0);
      reason = oneLine(reason);
    }

    @Override
    public long rows() {
      return 0;
    }

    private static String oneLine(String reason) {
      String head =
          reason.length() <= LONGEST_REASON
              ? reason
              : reason.substring(0, LONGEST_REASON - CUT.length()) + CUT;
      var line = new StringBuilder(head.length());
      head.codePoints().map(c -> unprintable(c) ? ' ' : c).forEach(line::appendCodePoint);
      return line.toString();
    }

    /** A lone surrogate, which a cut may leave, does not come back from UTF-8. */
    private static boolean unprintable(int codePoint) {
      return Character.isISOControl(codePoint)
          || Character.getType(codePoint) == Character.SURROGATE;
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
