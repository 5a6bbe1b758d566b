/**
 * Logical replication, from the bytes of pgoutput to vectors; nothing here opens a connection.
 *
 * <p>{@link io.millrace.connect.postgres.wal.PgOutputReader} reads one message after the other and
 * tells a {@link io.millrace.connect.postgres.wal.PgOutputListener}. Rule: a change is a name in
 * its source's order (commit LSN and index in the transaction) whatever else is read or left out,
 * and a value that the server did not send never becomes a NULL that looks like one.
 */
package io.millrace.connect.postgres.wal;
