package io.millrace.connect.debezium.read;

import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.change.PlayedTask;
import java.util.List;
import java.util.Map;

/** The tasks that run Debezium's connector, one after the other. */
final class TaskRun extends PlayedTask {
  TaskRun(Map<String, String> properties) {
    super(properties, DebeziumTask::new, Checkpoint::sourcePartition);
  }

  TaskRun with(String key, String value) {
    set(key, value);
    return this;
  }

  /** The changes of a stream, in their order. */
  List<ChangeLog.Row> rows(String stream) {
    return log().rows().getOrDefault(stream, List.of());
  }
}
