/**
 * Programs that run in a JVM of their own and make one pass for each line they read: COPY read to
 * nothing, the source's reader with the sink's writer in one JVM, with Kafka between them or
 * without, ways to read ClickHouse. The rule: they print {@code ready} and {@code done N}, and
 * measure nothing themselves.
 */
package io.millrace.benchmarks.driven;
