/**
 * The log of a server to the records of change streams, without end.
 *
 * <p>{@link io.millrace.connect.postgres.changes.PostgresChangesTask} has one {@link
 * io.millrace.connect.postgres.changes.ChangeStream} at a time, which reads a slot from a {@link
 * io.millrace.connect.postgres.changes.Checkpoint} on; each record carries the checkpoint that
 * holds once it is delivered. Rule: a checkpoint lies between transactions, nothing before it is
 * unsent, and the slot is confirmed only up to one that Connect has stored.
 */
package io.millrace.connect.postgres.changes;
