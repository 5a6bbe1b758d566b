/**
 * Any of Debezium's connectors as a source of changes.
 *
 * <p>{@link io.millrace.connect.debezium.DebeziumOptions} enters; {@code read} runs Debezium's own
 * connector within a task of ours, {@code event} makes batches of its events, {@code value} writes
 * their values into vectors. Rule: nothing here is compiled against Debezium, whose plugin the
 * worker has beside ours; all that passes between the two are Kafka Connect's interfaces.
 */
package io.millrace.connect.debezium;
