/**
 * Record batches of {@code FORMAT ArrowStream} into vectors.
 *
 * <p>A stream of bytes and the columns that {@code DESCRIBE} told come in; {@link
 * io.millrace.connect.clickhouse.arrow.ArrowBlockReader} gives the rows of one record batch at a
 * time. Rule: the schema that leaves is the one that {@code FORMAT Native} has, whatever the server
 * calls it.
 */
package io.millrace.connect.clickhouse.arrow;
