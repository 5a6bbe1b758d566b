/**
 * Blocks of {@code FORMAT Native} into vectors.
 *
 * <p>A stream of bytes and the columns that {@code DESCRIBE} told come in; {@link
 * io.millrace.connect.clickhouse.block.NativeBlockReader} gives the rows of one block at a time.
 * Rule: an answer is read to its end, or it is an error.
 */
package io.millrace.connect.clickhouse.block;
