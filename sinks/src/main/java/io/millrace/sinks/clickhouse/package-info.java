/**
 * The {@code clickhouse} sink: units as rows of tables, the ledger as documents in a store.
 *
 * <p>{@link io.millrace.sinks.clickhouse.ClickHouseSinkType} is found by ServiceLoader and opens a
 * {@code ClickHouseSink}; its sessions insert each try into a table of its own, and {@code
 * RunTables} shows a run by replacing one partition of the table that readers ask. Rule: every step
 * before that replacement works on tables with a nonce in their names, so that it can be thrown
 * away; docs/decisions/0010-clickhouse-as-a-sink.md has the reasons.
 */
package io.millrace.sinks.clickhouse;
