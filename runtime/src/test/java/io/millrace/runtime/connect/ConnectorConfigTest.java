package io.millrace.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectorConfigTest {
  @TempDir private Path folder;

  @Test
  void isWholeAndKeepsReferences() throws IOException {
    Pipeline pipeline =
        Pipelines.reading(
            folder,
            "trips",
            "tables: [trips, fares], user: me, password: '${env:PGPASSWORD}', tasks: 3,"
                + " partition: {column: zone}, tokens: {a: '${file:/run/secrets/a}'}");

    ConnectorConfig config = ConnectorConfig.of(pipeline, "k3f9", new RunRange.Continuous());

    assertThat(config.name()).isEqualTo("millrace.trips");
    var expected = new HashMap<String, String>();
    expected.put("connector.class", "io.millrace.runtime.connect.TableConnector");
    expected.put("key.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    expected.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
    expected.put("header.converter", "org.apache.kafka.connect.storage.StringConverter");
    expected.put("tasks.max", "3");
    expected.put("millrace.pipeline", "trips");
    expected.put("millrace.request", "k3f9");
    expected.put("millrace.range", "");
    expected.put("producer.override.acks", "all");
    expected.put("producer.override.enable.idempotence", "true");
    expected.put("producer.override.max.in.flight.requests.per.connection", "1");
    expected.put("producer.override.compression.type", "none");
    expected.put("producer.override.batch.size", "929792");
    expected.put("producer.override.max.request.size", "1048576");
    expected.put("producer.override.buffer.memory", "14876672");
    expected.put("tables", "trips,fares");
    expected.put("user", "me");
    expected.put("password", "${env:PGPASSWORD}");
    expected.put("partition.column", "zone");
    expected.put("tokens.a", "${directory:/run/secrets:a}");
    expected.put("tasks", "3");
    assertThat(config.properties()).isEqualTo(expected);
  }

  @Test
  void tellsHowRunsAreDivided() throws IOException {
    Pipeline pipeline =
        Pipelines.of(
            folder,
            """
            name: trips
            run: {column: at, every: 1h, time_zone: '${env:ZONE}', recheck: 3}
            source: {type: table, tables: trips}
            sinks: [{type: files}]
            """,
            Map.of("ZONE", "Europe/Berlin"));

    assertThat(ConnectorConfig.of(pipeline, "k3f9", new RunRange.Continuous()).properties())
        .containsAllEntriesOf(
            Map.of(
                "run.column", "at",
                "run.every", "1h",
                "run.time_zone", "Europe/Berlin",
                "run.recheck", "3"))
        .doesNotContainKeys("run.delay", "run.nulls");
  }

  @Test
  void takesTheDefaultNumberOfTasks() throws IOException {
    assertThat(config("tables: trips").properties()).containsEntry("tasks.max", "1");
  }

  @Test
  void raisesTheProducersLimitsWithTheBatches() throws IOException {
    assertThat(config("tables: trips, batch_bytes: 8m").properties())
        .containsAllEntriesOf(
            Map.of(
                "producer.override.batch.size", "8396800",
                "producer.override.max.request.size", "8396800"));
  }

  @Test
  void relativeFilesAreThoseOfTheCurrentDirectory() throws IOException {
    assertThat(config("tables: trips, password: '${file:secret}'").properties())
        .containsEntry("password", "${directory:" + Path.of("").toAbsolutePath() + ":secret}");
  }

  @Test
  void refusesWhatConnectWouldMisread() {
    assertThatThrownBy(() -> config("tables: trips, password: '${file:/a:b/c}'"))
        .hasMessage(
            "%s/pipeline.yaml:2:38: source.password: Cannot hand ${file:/a:b/c} to Kafka Connect:"
                + " use the path of a file without a colon in it",
            folder);
  }

  private ConnectorConfig config(String options) throws IOException {
    return ConnectorConfig.of(
        Pipelines.reading(folder, "trips", options), "k3f9", new RunRange.Continuous());
  }
}
