package io.millrace.connect.postgres.changes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.postgres.slot.Lsn;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * One connector's tasks, one after the other, as Connect treats them: records are delivered in
 * order, and offsets of delivered ones are stored when the test says so.
 */
final class TaskRun implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private final Map<String, String> properties;
  private final List<SourceRecord> delivered = new ArrayList<>();
  private String stored;
  private PostgresChangesTask task;

  TaskRun(Map<String, String> properties) {
    this.properties = new HashMap<>(properties);
  }

  List<SourceRecord> delivered() {
    return delivered;
  }

  ChangeLog log() {
    return ChangeLog.of(delivered);
  }

  TaskRun with(String key, String value) {
    properties.put(key, value);
    return this;
  }

  /** Polls once; a task is started if none runs. */
  void poll() throws InterruptedException {
    if (task == null) {
      task = new PostgresChangesTask();
      task.initialize(new Context());
      task.start(properties);
    }
    List<SourceRecord> records = task.poll();
    if (records != null) {
      delivered.addAll(records);
    }
  }

  /** Polls until something is so. */
  void pollUntil(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not so within " + LIMIT);
      }
      poll();
    }
  }

  /** Polls until all that was committed up to a place is delivered. */
  void pollTo(long lsn) throws InterruptedException {
    pollUntil(
        () -> !delivered.isEmpty() && Long.compareUnsigned(place(delivered.size() - 1), lsn) >= 0);
  }

  /** The place that a record's offset has. */
  long place(int record) {
    return Lsn.parse((String) delivered.get(record).sourceOffset().get("lsn"));
  }

  /** Stores the offset of a record, as text like Connect, and tells the task. */
  void store(int record) {
    try {
      stored = JSON.writeValueAsString(delivered.get(record).sourceOffset());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    if (task != null) {
      task.commit();
    }
  }

  void storeLast() {
    store(delivered.size() - 1);
  }

  boolean isRunning() {
    return task != null;
  }

  /** What was on its way from this record on never arrives. */
  void lose(int from) {
    delivered.subList(from, delivered.size()).clear();
  }

  /** The place that is stored. */
  long stored() {
    return stored == null ? 0 : Lsn.parse((String) offset().get("lsn"));
  }

  /** What the stored offset says. */
  Checkpoint checkpoint() {
    return Checkpoint.of(offset()).orElseThrow();
  }

  private Map<String, Object> offset() {
    try {
      return stored == null ? null : JSON.readValue(stored, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** Ends the task; what it has sent since the stored offset will be sent again. */
  @Override
  public void close() {
    if (task != null) {
      task.stop();
      task = null;
    }
  }

  private final class Context implements SourceTaskContext {
    @Override
    public Map<String, String> configs() {
      return properties;
    }

    @Override
    public PluginMetrics pluginMetrics() {
      throw new UnsupportedOperationException("the task has none");
    }

    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new OffsetStorageReader() {
        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
          return partition.equals(Checkpoint.sourcePartition(properties.get("millrace.pipeline")))
              ? TaskRun.this.offset()
              : null;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(
            Collection<Map<String, T>> partitions) {
          var found = new HashMap<Map<String, T>, Map<String, Object>>();
          partitions.forEach(partition -> found.put(partition, offset(partition)));
          return found;
        }
      };
    }
  }
}
