/**
 * What is peculiar to a round that is read under a snapshot.
 *
 * <p>A {@link io.millrace.connect.postgres.round.SnapshotRound} is dealt out as {@link
 * io.millrace.connect.postgres.round.TaskAssignment}s, which name the {@link
 * io.millrace.connect.postgres.round.HeldSnapshot} that each task imports. Rule: all of a round is
 * read under one snapshot.
 */
package io.millrace.connect.postgres.round;
