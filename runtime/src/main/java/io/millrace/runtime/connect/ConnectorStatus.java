package io.millrace.runtime.connect;

import java.util.List;
import java.util.Optional;

/**
 * What Kafka Connect says of a connector.
 *
 * @param state e.g. {@code RUNNING}, {@code FAILED}, {@code PAUSED}
 * @param traceOrNull why it failed
 * @param tasks its tasks, none before it has planned any
 */
public record ConnectorStatus(String state, String traceOrNull, List<Task> tasks) {
  private static final String RUNNING = "RUNNING";
  private static final String FAILED = "FAILED";

  /**
   * One task.
   *
   * @param id its number
   * @param state as the connector's
   * @param traceOrNull why it failed
   */
  public record Task(int id, String state, String traceOrNull) {}

  public ConnectorStatus {
    tasks = List.copyOf(tasks);
  }

  /** Whether the connector and all its tasks run. */
  public boolean running() {
    return state.equals(RUNNING) && tasks.stream().allMatch(task -> task.state.equals(RUNNING));
  }

  /** Why the connector, or the first of its failed tasks, has failed; nothing if none has. */
  public Optional<String> failure() {
    if (state.equals(FAILED)) {
      return Optional.of(reason(traceOrNull));
    }
    return tasks.stream()
        .filter(task -> task.state.equals(FAILED))
        .map(task -> "task %d: %s".formatted(task.id, reason(task.traceOrNull)))
        .findFirst();
  }

  /** The innermost cause's message: the frames and wrappers around it are Connect's. */
  private static String reason(String traceOrNull) {
    if (traceOrNull == null) {
      return "Kafka Connect does not say why";
    }
    String marker = "Caused by: ";
    int innermost = traceOrNull.lastIndexOf(marker);
    String cause = innermost < 0 ? traceOrNull : traceOrNull.substring(innermost + marker.length());
    return cause.lines().findFirst().orElse(cause).replaceFirst("^[\\w.$]+(Exception|Error): ", "");
  }
}
