/**
 * Numbers and truth.
 *
 * <p>{@link io.millrace.connect.clickhouse.column.number.NumberTypes} chooses. Rule: no number is
 * ever rounded; what no Arrow type holds comes as its digits.
 */
package io.millrace.connect.clickhouse.column.number;
