package io.millrace.connect.change;

import static io.millrace.core.Patience.PATIENCE;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * One connector's tasks, one after the other, as Connect treats them: records are delivered in
 * order, and offsets of delivered ones are stored when the test says so.
 */
public class PlayedTask implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Map<String, String> properties;
  private final Supplier<? extends SourceTask> tasks;
  private final Function<String, Map<String, String>> sourcePartition;
  private final List<SourceRecord> delivered = new ArrayList<>();
  private String stored;
  private SourceTask task;

  /**
   * No task runs yet.
   *
   * @param sourcePartition what offsets of a pipeline are filed under
   */
  protected PlayedTask(
      Map<String, String> properties,
      Supplier<? extends SourceTask> tasks,
      Function<String, Map<String, String>> sourcePartition) {
    this.properties = new HashMap<>(properties);
    this.tasks = tasks;
    this.sourcePartition = sourcePartition;
  }

  /** Sets a property for the next task. */
  protected void set(String key, String value) {
    properties.put(key, value);
  }

  public List<SourceRecord> delivered() {
    return delivered;
  }

  public ChangeLog log() {
    return ChangeLog.of(delivered);
  }

  /** Polls once; a task is started if none runs. */
  public void poll() throws InterruptedException {
    if (task == null) {
      task = tasks.get();
      task.initialize(new Context());
      task.start(properties);
    }
    List<SourceRecord> records = task.poll();
    if (records != null) {
      delivered.addAll(records);
    }
  }

  /** Polls until something is so. */
  public void pollUntil(BooleanSupplier condition) throws InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not so within " + PATIENCE);
      }
      poll();
    }
  }

  /** Stores the offset of a record, as text like Connect, and tells the task. */
  public void store(int record) throws InterruptedException {
    try {
      stored = JSON.writeValueAsString(delivered.get(record).sourceOffset());
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
    if (task != null) {
      task.commit();
    }
  }

  public void storeLast() throws InterruptedException {
    store(delivered.size() - 1);
  }

  /** What another one's tasks have stored is what this one's next session finds. */
  public void storeAs(PlayedTask other) {
    stored = other.stored;
  }

  public boolean isRunning() {
    return task != null;
  }

  /** What was on its way from this record on never arrives. */
  public void lose(int from) {
    delivered.subList(from, delivered.size()).clear();
  }

  /** The offset that is stored, or null. */
  protected Map<String, Object> offset() {
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
          return partition.equals(sourcePartition.apply(properties.get("millrace.pipeline")))
              ? PlayedTask.this.offset()
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
