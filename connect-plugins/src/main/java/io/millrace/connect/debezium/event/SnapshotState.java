package io.millrace.connect.debezium.event;

import java.util.Map;

/** What a connector's offset says of its snapshot. */
public final class SnapshotState {
  private SnapshotState() {}

  /** Whether a connector that starts from this offset takes its snapshot from the beginning. */
  public static boolean isRunning(Map<String, ?> offset) {
    Object snapshot = offset.get("snapshot");
    boolean named = snapshot != null && !"false".equalsIgnoreCase(snapshot.toString());
    return named && !Boolean.parseBoolean(String.valueOf(offset.get("snapshot_completed")));
  }
}
