package io.millrace.connect.postgres.wal;

/**
 * A committed transaction, as its Begin message tells it.
 *
 * @param commitLsn where its commit record begins: transactions come in this order
 * @param committedAt microseconds since 1970 UTC; these do not rise with the LSNs
 * @param xid its number, unsigned
 */
public record WalTransaction(long commitLsn, long committedAt, int xid) {}
