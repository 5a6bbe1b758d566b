/**
 * Tables of ClickHouse into the topics of their streams.
 *
 * <p>{@link io.millrace.connect.clickhouse.read.ClickHouseConnector} plans rounds ({@link
 * io.millrace.connect.clickhouse.read.RoundKeeper}); each {@link
 * io.millrace.connect.clickhouse.read.ClickHouseTask} reads its Partitions, one query each ({@link
 * io.millrace.connect.clickhouse.read.PartitionReader}). Rule: an answer is believed only if the
 * server counts as many rows.
 */
package io.millrace.connect.clickhouse.read;
