/**
 * What is read next, and how far the reading has come.
 *
 * <p>{@link io.millrace.connect.postgres.round.Agenda} decides which runs are due, windows by
 * {@link io.millrace.connect.round.StreamMark}s; a {@link io.millrace.connect.postgres.round.Round}
 * is planned of them, dealt out as {@link io.millrace.connect.postgres.round.TaskAssignment}s, and
 * remembered in Connect's offsets ({@link io.millrace.connect.round.StoredRounds}). Rule: a round
 * is read whole or planned anew.
 */
package io.millrace.connect.postgres.round;
