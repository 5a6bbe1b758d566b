/**
 * One column each: which Arrow type a Postgres type becomes, and how its COPY BINARY bytes get into
 * a vector. docs/types.md is the table.
 *
 * <p>{@link io.millrace.connect.postgres.column.ColumnType} chooses, once per column; a {@link
 * io.millrace.connect.postgres.column.ColumnAppender} then walks its column down a {@link
 * io.millrace.connect.postgres.column.TupleChunk}. Rule: no object per row or value; addresses are
 * used unchecked, so lengths are checked before.
 */
package io.millrace.connect.postgres.column;
