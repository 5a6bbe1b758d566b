package io.millrace.embedded;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.source.SourceTask;

/** The smallest source with offsets: one record for each number up to {@code until}. */
public final class NumbersConnector extends SourceConnector {
  private Map<String, String> config = Map.of();

  @Override
  public void start(Map<String, String> props) {
    config = props;
  }

  @Override
  public Class<? extends Task> taskClass() {
    return NumbersTask.class;
  }

  @Override
  public List<Map<String, String>> taskConfigs(int maxTasks) {
    return List.of(config);
  }

  @Override
  public void stop() {}

  @Override
  public ConfigDef config() {
    return new ConfigDef()
        .define("topic", ConfigDef.Type.STRING, ConfigDef.Importance.HIGH, "where the numbers go")
        .define("until", ConfigDef.Type.INT, ConfigDef.Importance.HIGH, "the last number");
  }

  @Override
  public String version() {
    return "1";
  }

  /** Goes on after the number that Connect remembers. */
  public static final class NumbersTask extends SourceTask {
    private static final Map<String, String> SOURCE = Map.of("source", "numbers");

    private String topic = "";
    private long until;
    private long last;

    @Override
    public void start(Map<String, String> props) {
      topic = props.get("topic");
      until = Long.parseLong(props.get("until"));
      var offset = context.offsetStorageReader().offset(SOURCE);
      last = offset == null ? 0 : (Long) offset.get("last");
    }

    @Override
    public List<SourceRecord> poll() {
      if (last == until) {
        return null;
      }
      last++;
      byte[] value = Long.toString(last).getBytes(StandardCharsets.UTF_8);
      return List.of(
          new SourceRecord(SOURCE, Map.of("last", last), topic, Schema.BYTES_SCHEMA, value));
    }

    @Override
    public void stop() {}

    @Override
    public String version() {
      return "1";
    }
  }
}
