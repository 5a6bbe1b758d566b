package io.millrace.connect.postgres.wal;

import java.util.List;

/**
 * Hears what {@link PgOutputReader} reads, in the order of the stream. Tuples are the reader's own
 * and hold until the call returns; the bytes they lie in stay.
 */
public interface PgOutputListener {
  /** A transaction's changes follow. */
  void begin(WalTransaction transaction) throws InterruptedException;

  /**
   * All changes of the transaction have come.
   *
   * @param commitLsn that of its Begin
   * @param endLsn where the next record begins: what may be confirmed
   */
  void commit(long commitLsn, long endLsn) throws InterruptedException;

  /** The transaction was replicated to the server from elsewhere. */
  void origin(long commitLsn, String name) throws InterruptedException;

  /** What the next changes under this OID look like. */
  void relation(WalRelation relation) throws InterruptedException;

  /** The name of a type that is not built in, before a Relation that uses it. */
  void type(int oid, String schema, String name) throws InterruptedException;

  /** A new row. */
  void insert(int relation, WalTuple row) throws InterruptedException;

  /**
   * A changed row.
   *
   * @param old what the identity gives of the row before; absent if the server did not send it,
   *     since the identity has not changed
   */
  void update(int relation, WalTuple old, WalTuple row) throws InterruptedException;

  /** A row is gone; {@code old} is what the identity gives of it. */
  void delete(int relation, WalTuple old) throws InterruptedException;

  /** All rows of these tables are gone. */
  void truncate(List<Integer> relations) throws InterruptedException;

  /**
   * What somebody wrote by {@code pg_logical_emit_message}. One that is not transactional comes
   * outside of transactions, or in the middle of one it does not belong to.
   *
   * @param lsn where it lies
   */
  void message(long lsn, String prefix, byte[] content) throws InterruptedException;
}
