/**
 * A whole table under one exported snapshot, read side by side by any number of tasks.
 *
 * <p>{@link io.millrace.connect.postgres.snapshot.PostgresSnapshotConnector} plans and holds the
 * snapshot ({@link io.millrace.connect.postgres.snapshot.PlanKeeper}); each {@link
 * io.millrace.connect.postgres.snapshot.PostgresSnapshotTask} imports it and reads its Partitions
 * ({@link io.millrace.connect.postgres.snapshot.SnapshotReader}). Rule: Partitions of two snapshots
 * never make one run: when the exporter is lost, all is planned anew.
 */
package io.millrace.connect.postgres.snapshot;
