/**
 * The parts of the path one by one, with JMH: COPY's bytes into vectors, vectors into Arrow IPC and
 * back, headers, lanes, vectors into Parquet. In come rows of the measured tables as Postgres sends
 * them, out come nanoseconds per row (per record for headers and lanes). The rule: what is measured
 * is the product's own class, called as the product calls it.
 */
package io.millrace.benchmarks.part;
