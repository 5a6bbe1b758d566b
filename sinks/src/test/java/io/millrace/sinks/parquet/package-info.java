/** Files as DuckDB and parquet-java's decoders read them, and what it costs to write them. */
package io.millrace.sinks.parquet;
