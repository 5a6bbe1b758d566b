package io.millrace.connect.postgres.round;

import io.millrace.connect.postgres.server.BackendId;
import io.millrace.core.change.SnapshotPoint;

/**
 * A snapshot that sessions can import as long as another holds it.
 *
 * @param id what it is imported by
 * @param exporter the session that holds it
 * @param pointOrNull where it stands among the changes of the tables; null if these are not read
 */
public record HeldSnapshot(String id, BackendId exporter, SnapshotPoint pointOrNull) {}
