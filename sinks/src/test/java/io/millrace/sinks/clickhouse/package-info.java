/** The ClickHouse sink against the engine of a current server. */
package io.millrace.sinks.clickhouse;
