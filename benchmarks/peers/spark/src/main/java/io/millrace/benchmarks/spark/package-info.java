/**
 * Spark as a user would write it: one JDBC read, one Parquet write. The rule: settings are those of
 * Spark's documentation for such a job, none is there to slow it down.
 */
package io.millrace.benchmarks.spark;
