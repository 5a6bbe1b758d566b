/**
 * COPY BINARY to encoded batches.
 *
 * <p>{@link io.millrace.connect.postgres.copy.CopyMessages} is what the server sends, one message
 * after the other; {@link io.millrace.connect.postgres.copy.CopyReader} checks the frame, hands the
 * tuples chunk by chunk to the column appenders and closes batches. Rule: an end that the server
 * did not announce, or a count that differs from its own, is an error and never an end.
 */
package io.millrace.connect.postgres.copy;
