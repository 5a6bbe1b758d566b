/**
 * ClickHouse beside Postgres: a table of eight columns goes in, the passes of each way to read it
 * come out, and of the whole path into Parquet. The rule: all ways read the same answer, all rows
 * and all columns of it, and say a sum over them.
 */
package io.millrace.benchmarks.clickhouse;
