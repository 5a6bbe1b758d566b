/**
 * What all kinds of columns share: the bytes of an answer, and readers that fill vectors with them.
 *
 * <p>{@link io.millrace.connect.clickhouse.column.read.NativeInput} gives the bytes, a {@link
 * io.millrace.connect.clickhouse.column.read.ValueReader} fills one vector with a block's values.
 * Rule: memory grows with the bytes that have arrived, never with what they announce.
 */
package io.millrace.connect.clickhouse.column.read;
