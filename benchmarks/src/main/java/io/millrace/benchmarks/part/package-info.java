/**
 * The parts of the path one by one, with JMH: bytes of COPY, pgoutput and ClickHouse's blocks into
 * vectors, vectors into Arrow IPC and back, headers, lanes, vectors into Parquet. In come rows as
 * the servers have sent them, out come nanoseconds per row (per record for headers and lanes). The
 * rule: what is measured is the product's own class, called as the product calls it.
 */
package io.millrace.benchmarks.part;
