/**
 * Tables under one exported snapshot, read side by side by any number of tasks.
 *
 * <p>{@link io.millrace.connect.postgres.snapshot.PostgresSnapshotConnector} plans rounds and holds
 * their snapshot ({@link io.millrace.connect.postgres.snapshot.RoundKeeper}); each {@link
 * io.millrace.connect.postgres.snapshot.PostgresSnapshotTask} imports it and reads its Partitions
 * ({@link io.millrace.connect.postgres.snapshot.SnapshotReader}). Rule: Partitions of two snapshots
 * never make one run: when the exporter is lost, all is planned anew.
 */
package io.millrace.connect.postgres.snapshot;
