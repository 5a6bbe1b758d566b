package io.millrace.connect.debezium.read;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.connect.change.ChangeLog;
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
  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final Map<String, String> properties;
  private final List<SourceRecord> delivered = new ArrayList<>();
  private String stored;
  private DebeziumTask task;

  TaskRun(Map<String, String> properties) {
    this.properties = new HashMap<>(properties);
  }

  TaskRun with(String key, String value) {
    properties.put(key, value);
    return this;
  }

  List<SourceRecord> delivered() {
    return delivered;
  }

  ChangeLog log() {
    return ChangeLog.of(delivered);
  }

  /** The changes of a stream, in their order. */
  List<ChangeLog.Row> rows(String stream) {
    return log().rows().getOrDefault(stream, List.of());
  }

  /** Polls once; a task is started if none runs. */
  void poll() throws InterruptedException {
    if (task == null) {
      task = new DebeziumTask();
      task.initialize(new Context());
      task.start(properties);
    }
    List<SourceRecord> records = task.poll();
    if (records != null) {
      delivered.addAll(records);
    }
  }

  /** Polls until something is so of the records, which is asked when there are more of them. */
  void pollUntil(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!condition.getAsBoolean()) {
      int before = delivered.size();
      while (delivered.size() == before) {
        if (System.nanoTime() > end) {
          throw new AssertionError("not so within " + LIMIT);
        }
        poll();
      }
    }
  }

  /** Stores the offset of a record, as text like Connect, and tells the task. */
  void store(int record) throws InterruptedException {
    try {
      stored = JSON.writeValueAsString(delivered.get(record).sourceOffset());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    if (task != null) {
      task.commit();
    }
  }

  /** What is stored. */
  Map<String, Object> stored() {
    try {
      return stored == null ? null : JSON.readValue(stored, new TypeReference<>() {});
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  /** What was on its way from this record on never arrives. */
  void lose(int from) {
    delivered.subList(from, delivered.size()).clear();
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
              ? stored()
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
