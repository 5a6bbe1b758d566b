/**
 * How a column's COPY BINARY bytes get into a vector, whatever their type.
 *
 * <p>A {@link io.millrace.connect.postgres.column.append.ValueType} says what a type becomes and
 * opens its {@link io.millrace.connect.postgres.column.append.ColumnAppender}, which walks one
 * column down a {@link io.millrace.connect.postgres.column.append.TupleChunk}. Rule: no object per
 * row or value; addresses are used unchecked, so lengths are checked before.
 */
package io.millrace.connect.postgres.column.append;
