package io.millrace.connect.postgres.wal;

import io.millrace.core.MillraceException;

/** What of the old row a table's updates and deletes carry: ALTER TABLE ... REPLICA IDENTITY. */
public enum ReplicaIdentity {
  /** The primary key's columns. */
  DEFAULT('d'),
  /** Nothing: the server refuses updates and deletes of such a table once it is published. */
  NOTHING('n'),
  /** The whole old row. */
  FULL('f'),
  /** The columns of a unique index. */
  INDEX('i');

  private final char code;

  ReplicaIdentity(char code) {
    this.code = code;
  }

  /**
   * By pg_class.relreplident.
   *
   * @throws MillraceException (DATA) if there is none of this code
   */
  public static ReplicaIdentity of(byte code) {
    for (ReplicaIdentity identity : values()) {
      if (identity.code == code) {
        return identity;
      }
    }
    throw MillraceException.data(
        "Cannot read a Relation message with the replica identity %d: expected d, n, f or i"
            .formatted(code));
  }
}
