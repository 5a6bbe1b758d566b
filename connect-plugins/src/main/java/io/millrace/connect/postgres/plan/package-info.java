/**
 * How a table is divided into Partitions.
 *
 * <p>{@link io.millrace.connect.postgres.plan.SnapshotPlanner} decides on what {@link
 * io.millrace.connect.postgres.plan.TableStatistics} says; {@link
 * io.millrace.connect.postgres.plan.Conditions} puts a Partition's bounds into SQL. Rule: whatever
 * the statistics say, every row belongs to exactly one Partition; they only decide how even these
 * are.
 */
package io.millrace.connect.postgres.plan;
