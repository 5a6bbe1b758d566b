/**
 * Dates, times of day, instants and intervals.
 *
 * <p>{@link io.millrace.connect.postgres.column.time.TimeTypes} chooses. Rule: what lies beyond
 * Arrow's range, infinity included, is left to the policy, and never wraps around.
 */
package io.millrace.connect.postgres.column.time;
