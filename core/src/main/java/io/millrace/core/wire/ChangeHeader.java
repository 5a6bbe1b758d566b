package io.millrace.core.wire;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.change.Progress;
import io.millrace.core.change.Span;

/** What a record of a change stream says of itself. */
public sealed interface ChangeHeader {
  /** Whose changes. */
  Bucket bucket();

  /** How far commit times had come at the record's last position. */
  Progress progress();

  /** Where the bucket's record before this one ends. */
  Position after();

  /** Up to where the bucket's changes are complete with this record. */
  Position last();

  /** Fingerprint of the Arrow schema in the record's value (see {@link SchemaFingerprint}). */
  String schema();

  /** How many rows the record has. */
  long rows();

  /** A record with rows, all of them of the RunInstance it names. */
  record Data(Bucket bucket, Progress progress, Span span, String schema, long rows)
      implements ChangeHeader {
    public Data {
      if (rows < 1) {
        throw MillraceException.data(
            "Cannot use a record of %d changes: without changes it is a tick".formatted(rows));
      }
    }

    @Override
    public Position after() {
      return span.after();
    }

    @Override
    public Position last() {
      return span.last();
    }
  }

  /**
   * Nothing came of this bucket up to a position; its value is the schema without rows. Every
   * RunInstance before the one it names is closed.
   *
   * @param last where the stream has come to; it may be {@code after} itself
   */
  record Tick(Bucket bucket, Progress progress, Position after, Position last, String schema)
      implements ChangeHeader {
    public Tick {
      if (after.compareTo(last) > 0) {
        throw MillraceException.data(
            "Cannot use a tick at %s after %s: positions never go back".formatted(last, after));
      }
    }

    @Override
    public long rows() {
      return 0;
    }
  }
}
