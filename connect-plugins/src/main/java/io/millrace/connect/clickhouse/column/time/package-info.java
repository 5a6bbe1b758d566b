/**
 * Days, instants and spans of time.
 *
 * <p>{@link io.millrace.connect.clickhouse.column.time.TimeTypes} chooses. Rule: an instant stays
 * what it is, whatever its zone; no decimal of a second is lost.
 */
package io.millrace.connect.clickhouse.column.time;
