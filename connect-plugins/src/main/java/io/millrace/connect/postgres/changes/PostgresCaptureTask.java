package io.millrace.connect.postgres.changes;

import io.millrace.connect.PluginVersion;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.snapshot.PostgresSnapshotTask;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** A task of a connector that has two kinds: one reads the log, the others tables. */
public final class PostgresCaptureTask extends SourceTask {
  private SourceTask task;

  @Override
  public String version() {
    return PluginVersion.text();
  }

  @Override
  public void start(Map<String, String> properties) {
    task = TaskAssignment.isIn(properties) ? new PostgresSnapshotTask() : new PostgresChangesTask();
    task.initialize(context);
    task.start(properties);
  }

  @Override
  public List<SourceRecord> poll() throws InterruptedException {
    return task.poll();
  }

  @Override
  public void commit() throws InterruptedException {
    task.commit();
  }

  @Override
  public void stop() {
    if (task != null) {
      task.stop();
    }
  }
}
