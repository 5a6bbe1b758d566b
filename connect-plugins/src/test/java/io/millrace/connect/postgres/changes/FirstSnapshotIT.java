package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.metrics.PluginMetrics;
import org.apache.kafka.connect.source.SourceConnectorContext;
import org.apache.kafka.connect.storage.OffsetStorageReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which changes a connector lets its tasks leave out, while Connect has stored nothing. */
class FirstSnapshotIT {
  @Test
  void aLaterOneThanTheFirstLeavesNothingOut(@TempDir Path folder) throws Exception {
    try (SlotServer server = SlotServer.start(folder, Map.of())) {
      server.execute("CREATE TABLE kept (id int PRIMARY KEY); INSERT INTO kept VALUES (1)");
      Map<String, String> properties = new HashMap<>(server.properties("first", "public.kept"));
      properties.put("mode", "cdc");

      assertThat(task(properties)).containsKey(PostgresChangesTask.POINT);
      assertThat(task(properties))
          .as("a task may have sent some of what another snapshot shows")
          .doesNotContainKey(PostgresChangesTask.POINT);
      server.dropSlots();
    }
  }

  /**
   * What another connector, on a worker that has just started, tells the task that reads the log.
   */
  private static Map<String, String> task(Map<String, String> properties) {
    var connector = new PostgresChangesConnector();
    connector.initialize(new NothingStored());
    connector.start(properties);
    try {
      List<Map<String, String>> tasks = connector.taskConfigs(2);
      assertThat(tasks).as("a snapshot is planned").hasSize(2);
      return tasks.get(0);
    } finally {
      connector.stop();
    }
  }

  private static final class NothingStored implements SourceConnectorContext {
    @Override
    public OffsetStorageReader offsetStorageReader() {
      return new OffsetStorageReader() {
        @Override
        public <T> Map<String, Object> offset(Map<String, T> partition) {
          return null;
        }

        @Override
        public <T> Map<Map<String, T>, Map<String, Object>> offsets(
            Collection<Map<String, T>> partitions) {
          return Map.of();
        }
      };
    }

    @Override
    public void requestTaskReconfiguration() {}

    @Override
    public void raiseError(Exception e) {
      throw new AssertionError(e);
    }

    @Override
    public PluginMetrics pluginMetrics() {
      throw new UnsupportedOperationException("the connector has none");
    }
  }
}
