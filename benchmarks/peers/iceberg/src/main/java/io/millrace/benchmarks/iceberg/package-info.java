/**
 * The table that Iceberg's sink appends to. The rule: it has the source's own types, since a table
 * that the sink makes of JSON would have none.
 */
package io.millrace.benchmarks.iceberg;
