/**
 * How a table of ClickHouse is divided into Partitions.
 *
 * <p>{@link io.millrace.connect.clickhouse.plan.RangePlanner} decides on what it asks of the
 * server; {@link io.millrace.connect.clickhouse.plan.Conditions} puts a Partition's bounds into
 * SQL. Rule: whatever the server says, every row belongs to exactly one Partition; it only decides
 * how even these are.
 */
package io.millrace.connect.clickhouse.plan;
