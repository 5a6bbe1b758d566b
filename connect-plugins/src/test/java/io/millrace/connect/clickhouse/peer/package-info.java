/**
 * Servers of ClickHouse for tests: the engine of a current version behind our own HTTP server, and
 * Debian's old but real one. Each test class starts its own; a machine that has neither is told
 * what to install.
 */
package io.millrace.connect.clickhouse.peer;
