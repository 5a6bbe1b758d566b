/**
 * The words of Millrace: what a batch belongs to, named so that no name depends on Kafka.
 *
 * <p>Everything here is an immutable value. A {@link io.millrace.core.Unit} is what is loaded once;
 * start reading there, then see {@code core.wire} for how it travels, {@code core.stage} for who
 * works on it and {@code core.ledger} for what a target remembers of it. Rule: no Kafka, no JDBC,
 * no Parquet.
 */
package io.millrace.core;
