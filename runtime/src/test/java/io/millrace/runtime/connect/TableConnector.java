package io.millrace.runtime.connect;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** The connector of the sample source: reads nothing, and fails when its table says so. */
public final class TableConnector extends SourceConnector {
  /** What each connector was started with, by pipeline, references resolved. */
  static final Map<String, Map<String, String>> STARTED = new ConcurrentHashMap<>();

  private Map<String, String> properties = Map.of();

  @Override
  public void start(Map<String, String> props) {
    properties = props;
    STARTED.put(props.get("millrace.pipeline"), props);
  }

  @Override
  public Class<? extends Task> taskClass() {
    return Idle.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return Collections.nCopies(maxTasks, properties);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define(
            "tables",
            ConfigDef.Type.STRING,
            ConfigDef.NO_DEFAULT_VALUE,
            (name, value) -> {
              if ("missing".equals(value)) {
                throw new ConfigException("There is no table \"missing\"");
              }
            },
            ConfigDef.Importance.HIGH,
            "The tables.")
        .define(
            "millrace.request",
            ConfigDef.Type.STRING,
            "",
            (name, value) -> {
              if ("bad".equals(value)) {
                throw new ConfigException("Not this one");
              }
            },
            ConfigDef.Importance.LOW,
            "The request.");
  }

  @Override
  public String version() {
    return "1";
  }

  /** Sends nothing. */
  public static final class Idle extends SourceTask {
    @Override
    public void start(Map<String, String> props) {
      if (props.get("tables").equals("failing")) {
        throw new ConnectException(
            "Task cannot start", new IllegalStateException("The table fails"));
      }
    }

    @Override
    public List<SourceRecord> poll() {
      LockSupport.parkNanos(10_000_000);
      return List.of();
    }

    @Override
    public void stop() {}

    @Override
    public String version() {
      return "1";
    }
  }
}
