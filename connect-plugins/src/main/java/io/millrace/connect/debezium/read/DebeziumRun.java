package io.millrace.connect.debezium.read;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/**
 * One run of Debezium's own connector and its task, from its offsets on. Both see Connect as they
 * would without us.
 */
final class DebeziumRun implements AutoCloseable {
  private final SourceConnector connector;
  private final SourceTask task;
  private final ClassLoader loader;

  private DebeziumRun(SourceConnector connector, SourceTask task) {
    this.connector = connector;
    this.task = task;
    this.loader = connector.getClass().getClassLoader();
  }

  /**
   * A connector of this class. A worker gives its threads a class loader that finds the connectors
   * of all plugins, Debezium's own among them.
   *
   * @throws MillraceException (CONFIGURATION) if the worker does not have it
   */
  static SourceConnector connector(String className) {
    try {
      return Class.forName(className, true, Thread.currentThread().getContextClassLoader())
          .asSubclass(SourceConnector.class)
          .getDeclaredConstructor()
          .newInstance();
    } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
      throw MillraceException.configuration(
          "connector_class",
          "Cannot find the connector %s on this Connect worker: unpack its plugin into a folder of the worker's plugin.path, and restart the worker (%s)"
              .formatted(className, e));
    }
  }

  /**
   * Starts it.
   *
   * @param properties what it is told
   * @param offsets what Connect has stored for it
   * @param context of the task around it
   */
  static DebeziumRun start(
      Map<String, String> properties, OffsetStorageReader offsets, SourceTaskContext context) {
    SourceConnector connector = connector(properties.get("connector.class"));
    try (var loader = new ContextLoader(connector.getClass().getClassLoader())) {
      connector.initialize(new RunContext(properties, offsets, context));
      connector.start(properties);
      List<Map<String, String>> configs = connector.taskConfigs(1);
      if (configs.size() != 1) {
        throw MillraceException.lasting(
            Category.SOURCE,
            "Cannot run %s: it gives %d tasks where 1 was asked for"
                .formatted(connector.getClass().getName(), configs.size()));
      }
      var task = (SourceTask) connector.taskClass().getDeclaredConstructor().newInstance();
      task.initialize(new RunContext(configs.get(0), offsets, context));
      var run = new DebeziumRun(connector, task);
      try {
        task.start(configs.get(0));
        return run;
      } catch (RuntimeException e) {
        run.close();
        throw e;
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Cannot make the task of " + connector.getClass(), e);
    }
  }

  /** What it has to send; none if there is nothing for a moment. */
  List<SourceRecord> poll() throws InterruptedException {
    try (var as = new ContextLoader(loader)) {
      List<SourceRecord> records = task.poll();
      return records == null ? List.of() : records;
    }
  }

  /** Lets it tell its source that Connect has stored these offsets. */
  void stored(Map<Map<String, ?>, Map<String, ?>> offsets) throws InterruptedException {
    try (var as = new ContextLoader(loader)) {
      for (var each : offsets.entrySet()) {
        task.commitRecord(new SourceRecord(each.getKey(), each.getValue(), "", null, null), null);
      }
      task.commit();
    }
  }

  @Override
  public void close() {
    try (var as = new ContextLoader(loader)) {
      task.stop();
      connector.stop();
    }
  }
}
