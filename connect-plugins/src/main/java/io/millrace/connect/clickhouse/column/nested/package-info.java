/**
 * Values that have values inside: lists, maps, tuples, shapes; and those that have none.
 *
 * <p>{@link io.millrace.connect.clickhouse.column.nested.NestedTypes} chooses, and asks the table
 * of all types for what is inside. Rule: what is inside is a whole column of its own.
 */
package io.millrace.connect.clickhouse.column.nested;
