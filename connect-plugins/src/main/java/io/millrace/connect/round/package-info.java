/**
 * Rounds of reading, whatever the source: which windows come next, and how far the reading is.
 *
 * <p>What Connect stored of the last round ({@link io.millrace.connect.round.StoredRounds}) and
 * what a table holds ({@link io.millrace.connect.round.WindowStatistics}) enter {@link
 * io.millrace.connect.round.WindowAgenda}; the next one leaves in {@link
 * io.millrace.connect.round.TaskShare}s. Rule: a round is read whole or planned anew.
 */
package io.millrace.connect.round;
