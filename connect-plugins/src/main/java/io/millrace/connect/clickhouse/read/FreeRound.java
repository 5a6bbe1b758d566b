package io.millrace.connect.clickhouse.read;

import io.millrace.connect.round.HeldRound;
import io.millrace.connect.round.Round;
import io.millrace.connect.round.TaskShare;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A round that nothing holds: ClickHouse has no snapshot that several queries could share.
 *
 * @param schemas fingerprints of what each table's rows look like, by stream: all Partitions of a
 *     run have them in common, or are not read
 */
record FreeRound(Round round, Map<String, String> schemas) implements HeldRound {
  private static final String SCHEMA = TaskShare.PREFIX + "schema.";

  FreeRound {
    schemas = Map.copyOf(schemas);
  }

  /** What a task was told of the schemas. */
  static Map<String, String> schemas(Map<String, String> taskProperties) {
    return TaskShare.below(taskProperties, SCHEMA);
  }

  @Override
  public List<Map<String, String>> taskProperties(int tasks) {
    return round.deal(tasks).stream().map(this::properties).toList();
  }

  private Map<String, String> properties(TaskShare share) {
    var properties = new HashMap<>(share.toProperties());
    share.tables().keySet().stream()
        .filter(schemas::containsKey)
        .forEach(stream -> properties.put(SCHEMA + stream, schemas.get(stream)));
    return properties;
  }

  @Override
  public boolean isHeld() {
    return true;
  }

  @Override
  public void close() {}
}
