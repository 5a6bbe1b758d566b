/**
 * A ClickHouse server as the sink speaks to it, over HTTP: statements, small answers, rows to
 * insert.
 *
 * <p>{@link io.millrace.sinks.clickhouse.server.Server} is the way in, {@link
 * io.millrace.sinks.clickhouse.server.SqlText} writes names and values, {@code ServerFault} says
 * whose fault a failure is. Rule: a failure leaves it unknown whether a statement was done, unless
 * the server's own words say so.
 */
package io.millrace.sinks.clickhouse.server;
