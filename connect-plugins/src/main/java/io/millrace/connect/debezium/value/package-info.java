/**
 * Kafka Connect's values, Debezium's logical types among them, in Arrow vectors.
 *
 * <p>{@link io.millrace.connect.debezium.value.ValueTypes} finds the Arrow type of a Connect schema
 * and what writes its values. Rule: a value comes as it is, or {@link
 * io.millrace.connect.debezium.value.Unrepresentable} says what becomes of it; a type that is not
 * in the table of docs/debezium.md is refused.
 */
package io.millrace.connect.debezium.value;
