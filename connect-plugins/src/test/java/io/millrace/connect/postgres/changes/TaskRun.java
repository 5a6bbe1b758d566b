package io.millrace.connect.postgres.changes;

import io.millrace.connect.change.PlayedTask;
import io.millrace.connect.postgres.slot.Lsn;
import java.util.Map;

/** The tasks that read a slot, one after the other. */
final class TaskRun extends PlayedTask {
  TaskRun(Map<String, String> properties) {
    super(properties, PostgresChangesTask::new, Checkpoint::sourcePartition);
  }

  TaskRun with(String key, String value) {
    set(key, value);
    return this;
  }

  /** Polls until all that was committed up to a place is delivered. */
  void pollTo(long lsn) throws InterruptedException {
    pollUntil(
        () ->
            !delivered().isEmpty()
                && Long.compareUnsigned(place(delivered().size() - 1), lsn) >= 0);
  }

  /** The place that a record's offset has. */
  long place(int record) {
    return Lsn.parse((String) delivered().get(record).sourceOffset().get("lsn"));
  }

  /** The place that is stored. */
  long stored() {
    return offset() == null ? 0 : Lsn.parse((String) offset().get("lsn"));
  }

  /** What the stored offset says. */
  Checkpoint checkpoint() {
    return Checkpoint.of(offset()).orElseThrow();
  }
}
