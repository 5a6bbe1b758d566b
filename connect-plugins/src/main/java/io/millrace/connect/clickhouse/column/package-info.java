/**
 * One column each: which Arrow type a ClickHouse type becomes. docs/clickhouse.md is the table.
 *
 * <p>{@link io.millrace.connect.clickhouse.column.ColumnType} chooses, once per column, by the
 * tables of {@code number}, {@code time}, {@code text}, {@code dictionary} and {@code nested}; what
 * they share is in {@code read}. Rule: a type that no table knows is refused by name.
 */
package io.millrace.connect.clickhouse.column;
