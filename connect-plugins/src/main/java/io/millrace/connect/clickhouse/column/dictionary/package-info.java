/**
 * Columns whose values are few: {@code LowCardinality} and enums.
 *
 * <p>Indices and a dictionary come in; they leave as they are where that pays, else each value is
 * copied to its row. Rule: no index leaves that its dictionary does not have.
 */
package io.millrace.connect.clickhouse.column.dictionary;
