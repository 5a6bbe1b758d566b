/**
 * Schemas of a table as its log went on in, the newest one and what it makes of older rows out.
 *
 * <p>{@link io.millrace.sinks.mirror.evolution.SchemaHistory} follows each column from schema to
 * schema; {@code Widening} says which change of a type keeps every value. Rule: whatever else
 * became of old rows is not in the log, so it is refused and never guessed.
 */
package io.millrace.sinks.mirror.evolution;
