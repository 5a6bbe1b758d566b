/**
 * ClickHouse as a source: its options, and what they mean.
 *
 * <p>{@link io.millrace.connect.clickhouse.ClickHouseOptions} is the one declaration of what can be
 * configured; {@code clickhouse.read} holds the connector, {@code clickhouse.block} and {@code
 * clickhouse.column} make Arrow of what the server sends. Rule: this package touches no Kafka
 * Connect class, so that the command line can use it alone.
 */
package io.millrace.connect.clickhouse;
