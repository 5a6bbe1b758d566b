package io.millrace.connect.debezium.read;

import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.source.SourceTaskContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;

/** What Debezium's connector and its task see of Connect: our task's view, with their offsets. */
record RunContext(
    Map<String, String> configs, OffsetStorageReader offsetStorageReader, SourceTaskContext around)
    implements SourceTaskContext, SourceConnectorContext {

  /** There is one task, and it stays. */
  @Override
  public void requestTaskReconfiguration() {}

  /** The task meets what the connector met. */
  @Override
  public void raiseError(Exception e) {}

  @Override
  public PluginMetrics pluginMetrics() {
    return around.pluginMetrics();
  }
}
