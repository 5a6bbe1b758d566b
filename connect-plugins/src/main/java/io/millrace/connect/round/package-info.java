/**
 * Rounds of reading, whatever the source: what is read next, and how far the reading is.
 *
 * <p>{@link io.millrace.connect.round.RoundConnector} has {@link
 * io.millrace.connect.round.RoundKeeper} keep a round of what {@link
 * io.millrace.connect.round.Agenda} says is due, remembered in Connect's offsets ({@link
 * io.millrace.connect.round.StoredRounds}); {@link io.millrace.connect.round.RoundTask}s read their
 * {@link io.millrace.connect.round.TaskShare}s of it ({@link
 * io.millrace.connect.round.ShareReading}). Rule: a round is read whole or planned anew.
 */
package io.millrace.connect.round;
