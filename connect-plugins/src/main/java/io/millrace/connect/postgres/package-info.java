/**
 * Postgres as a source: its options, and what the command line asks of it.
 *
 * <p>{@link io.millrace.connect.postgres.PostgresOptions} is the one declaration of what can be
 * configured; {@code postgres.snapshot} holds the connector that reads whole tables. Rule: this
 * package touches no Kafka Connect class, so that the command line can use it alone.
 */
package io.millrace.connect.postgres;
