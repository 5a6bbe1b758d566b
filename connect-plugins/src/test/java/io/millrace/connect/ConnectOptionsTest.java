package io.millrace.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.core.options.ByteSize;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;

/** One declaration, seen as Connect sees it. */
class ConnectOptionsTest {
  private final ConnectOptions<PostgresOptions> options =
      new ConnectOptions<>(PostgresOptions.class);
  private final ConnectOptions<WindowOptions> windows =
      new ConnectOptions<>(WindowOptions.class, "run.");

  @Test
  void definesEveryOptionWithItsDocumentation() {
    ConfigDef definition = options.define(new ConfigDef());
    assertThat(definition.names())
        .containsExactlyInAnyOrder(
            "mode",
            "url",
            "user",
            "password",
            "table",
            "tables",
            "exclude",
            "query",
            "stream",
            "partition.column",
            "partition.ranges",
            "changes.slot",
            "changes.publication",
            "changes.buckets",
            "changes.batch_age",
            "changes.tick",
            "changes.heartbeat",
            "changes.warn_behind",
            "tasks",
            "batch_bytes",
            "on_unrepresentable");
    assertThat(definition.configKeys().values())
        .allSatisfy(key -> assertThat(key.documentation).isNotBlank());
    ConfigDef.ConfigKey table = definition.configKeys().get("table");
    assertThat(table.defaultValue).as("tables or a query may stand in its place").isNull();
    assertThat(definition.configKeys().get("partition.ranges").defaultValue).isEqualTo("8");
    assertThat(definition.configKeys().get("password").type).isEqualTo(ConfigDef.Type.PASSWORD);
  }

  /** As workers hand over what lies in files. */
  @Test
  void theLineEndOfAFileIsNoPartOfAnyValue() {
    PostgresOptions read =
        options.require(
            Map.of(
                "table", "public.t", "user", "ingest\n", "password", "a b \r\n", "tasks", "3\n"));
    assertThat(read.user()).contains("ingest");
    assertThat(read.password().orElseThrow().reveal()).isEqualTo("a b ");
    assertThat(read.tasks()).isEqualTo(3);
  }

  @Test
  void readsTheRecordBesidesConnectsOwnProperties() {
    PostgresOptions read =
        options.require(
            Map.of(
                "name", "trips",
                "connector.class", "some.Class",
                "tasks.max", "7",
                "table", "public.Trips",
                "partition.column", "id",
                "batch_bytes", "2m"));
    assertThat(read.table()).contains("public.Trips");
    assertThat(read.partition().column()).contains("id");
    assertThat(read.partition().ranges()).isEqualTo(8);
    assertThat(read.tasks()).isEqualTo(4);
    assertThat(read.batchBytes()).isEqualTo(ByteSize.parse("2m"));
    assertThat(read.url()).isEmpty();
  }

  @Test
  void tellsAllProblemsAtOnce() {
    assertThatThrownBy(() -> options.require(Map.of("tasks", "many", "partition.ranges", "0")))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("tasks: Cannot use \"many\"")
        .hasMessageContaining("partition.ranges: Cannot use 0 ranges");
  }

  @Test
  void definesAGroupThatMayBeLeftOut() {
    ConfigDef definition = windows.define(options.define(new ConfigDef()));

    assertThat(definition.names())
        .contains("table", "run.column", "run.every", "run.delay", "run.time_zone", "run.nulls");
    assertThat(definition.configKeys().values())
        .filteredOn(key -> key.name.startsWith("run."))
        .hasSize(6)
        .allSatisfy(key -> assertThat(key.defaultValue).isNull());
    assertThat(definition.parse(Map.of("table", "trips"))).containsEntry("run.every", null);
  }

  @Test
  void aGroupIsThereWithItsFirstKey() {
    assertThat(windows.find(Map.of("table", "trips", "column", "at"))).isEmpty();
    assertThat(windows.find(Map.of("table", "trips", "run.column", "at", "run.every", "1h")))
        .hasValue(
            new WindowOptions("at", Duration.ofHours(1), Duration.ZERO, "UTC", 0, NullRows.ERROR));
    assertThatThrownBy(() -> windows.require(Map.of("table", "trips")))
        .isInstanceOf(ConfigException.class)
        .hasMessage("Missing: properties that begin with run.");
  }

  @Test
  void problemsOfAGroupNameItsKeys() {
    assertThatThrownBy(() -> windows.find(Map.of("table", "trips", "run.delay", "later")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("run.delay: Cannot read \"later\"");
    assertThatThrownBy(() -> windows.find(Map.of("run.column", "at", "run.every", "7h")))
        .isInstanceOf(ConfigException.class)
        .hasMessageStartingWith("run.every: Cannot divide time every 7h");
  }

  @Test
  void refusesConvertersThatWouldWrapTheBytes() {
    String bytes = "org.apache.kafka.connect.converters.ByteArrayConverter";
    assertThat(RawConverters.problems(Map.of("key.converter", bytes, "value.converter", bytes)))
        .isEmpty();
    assertThat(
            RawConverters.problems(
                Map.of(
                    "value.converter", "org.apache.kafka.connect.json.JsonConverter",
                    "header.converter", "org.apache.kafka.connect.json.JsonConverter")))
        .extracting(problem -> problem.path())
        .containsExactly("key.converter", "value.converter", "header.converter");
  }
}
