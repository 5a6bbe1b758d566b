/**
 * One column each: which Arrow type a Postgres type becomes. docs/types.md is the table.
 *
 * <p>{@link io.millrace.connect.postgres.column.ColumnType} chooses, once per column, by the tables
 * of {@code number}, {@code time}, {@code text} and {@code nested}; what they share is in {@code
 * append}. Rule: a type that no table knows is read as the server's text, and never refused.
 */
package io.millrace.connect.postgres.column;
