/**
 * Debezium's connector within a task of ours: its records enter, records of change streams leave.
 *
 * <p>{@link io.millrace.connect.debezium.read.DebeziumTask} has one {@link
 * io.millrace.connect.debezium.read.DebeziumRun} at a time, and an {@link
 * io.millrace.connect.debezium.read.EventStream} that makes batches of what it sends; each record
 * carries the {@link io.millrace.connect.debezium.read.Checkpoint} that holds once it is delivered.
 * Rule: a checkpoint's offsets are ones that later records have other ones than, and nothing before
 * it is unsent.
 */
package io.millrace.connect.debezium.read;
