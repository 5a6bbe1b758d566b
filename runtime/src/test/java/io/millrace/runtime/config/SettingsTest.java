package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.runtime.config.SampleTypes.Compression;
import io.millrace.runtime.config.SampleTypes.FilesOptions;
import io.millrace.runtime.config.SampleTypes.RenameOptions;
import io.millrace.runtime.config.SampleTypes.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {
  private static final String FILE =
      """
      name: trips
      source:
        type: table
        tables: trips
        partition: {column: zone, ranges: 2}
        tasks: 3
      transforms:
        - type: rename
          columns: {zone: pickup_zone}
      sinks:
        - {type: files, name: lake, path: lake/}
        - {type: files, name: cold, path: cold/}
      kafka:
        bootstrap.servers: kafka:9092
      """;

  @TempDir private Path folder;

  @Test
  void takeTheFilesPlace() throws IOException {
    Pipeline read =
        read(
            "source.tasks=8",
            "source.batch_bytes=500k",
            "sinks.0.path=/tmp/x",
            "sinks.cold.compression=none",
            "transforms.0.columns.a=b",
            "kafka.request.timeout.ms=5000",
            "kafka.topic.partitions=7",
            "connect.url=http://connect:8083",
            "name=fares");

    assertThat(read.name()).isEqualTo("fares");
    assertThat(read.source().given().options())
        .isInstanceOfSatisfying(
            TableOptions.class,
            options -> {
              assertThat(options.tasks()).isEqualTo(8);
              assertThat(options.batchBytes().bytes()).isEqualTo(500 << 10);
            });
    assertThat(read.transforms().get(0).given().options())
        .isEqualTo(new RenameOptions(Map.of("zone", "pickup_zone", "a", "b")));
    assertThat(read.sinks().stream().<Object>map(sink -> sink.given().options()))
        .containsExactly(
            new FilesOptions("/tmp/x", Compression.ZSTD),
            new FilesOptions("cold/", Compression.NONE));
    assertThat(read.kafka().client())
        .containsOnly(
            Map.entry("bootstrap.servers", "kafka:9092"), Map.entry("request.timeout.ms", "5000"));
    assertThat(read.kafka().topic().partitions()).isEqualTo(7);
    assertThat(read.connect().url()).hasValue("http://connect:8083");
  }

  @Test
  void valuesAreYamlAndTheLastOneHolds() throws IOException {
    Pipeline read =
        read(
            "source.tables=[fares]",
            "source.tables.1=zones",
            "source.partition={column: id}",
            "source.partition.ranges=9",
            "source.tasks=5",
            "source.tasks=",
            "transforms.1={type: rename, columns: {a.b: c}}");

    var options = (TableOptions) read.source().given().options();
    assertThat(options.tables()).containsExactly("fares", "zones");
    assertThat(options.partition()).hasValue(new SampleTypes.PartitionOptions("id", 9));
    assertThat(options.tasks()).as("left out, so the default").isEqualTo(1);
    assertThat(read.transforms().get(1).given().options())
        .isEqualTo(new RenameOptions(Map.of("a.b", "c")));
  }

  @Test
  void aSinkWithoutANameIsFoundByItsType() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("a.yaml"),
            "name: a\nsource: {type: table, tables: a}\nsinks: [{type: files}]\n");

    Pipeline read = reader(Map.of(), "sinks.files.path=/tmp/x").read(file);

    assertThat(read.sinks().get(0).given().text("path")).hasValue("/tmp/x");
  }

  @Test
  void whatIsWrongNamesTheSettingAndNoLine() throws IOException {
    assertThat(lint("source.tasks=many"))
        .containsExactly(
            "--set source.tasks: Cannot use \"many\": expected a whole number up to 2147483647");
    assertThat(lint("source.taks=8"))
        .containsExactly("--set source.taks: Unknown key \"taks\": did you mean \"tasks\"?");
    assertThat(lint("sorce.tasks=8"))
        .containsExactly(
            "--set sorce.tasks: sorce: Unknown key \"sorce\": did you mean \"source\"?");
    assertThat(lint("source.partition={column: a, range: 4}"))
        .containsExactly(
            "--set source.partition: source.partition.range: Unknown key \"range\": did you mean"
                + " \"ranges\"?");
    assertThat(lint("sinks.cold.compression=zip"))
        .containsExactly(
            "--set sinks.cold.compression: sinks.1.compression: Cannot use \"zip\": expected one of"
                + " zstd, none");
    assertThat(lint("kafka.request.timeout.ms=soon"))
        .containsExactly(
            "--set kafka.request.timeout.ms: Cannot use \"soon\": expected a value of type int");
  }

  @Test
  void whatCannotBeSetIsAFindingToo() throws IOException {
    assertThat(lint("sinks.warm.path=/tmp/x"))
        .containsExactly(
            "--set sinks.warm.path: sinks.warm: Cannot set sinks.warm.path: the list has no element"
                + " \"warm\" yet");
    assertThat(lint("sinks.7.path=/tmp/x").get(0)).contains("no element \"7\" yet");
    assertThat(lint("name.a=b"))
        .containsExactly("--set name.a: name: Cannot set name.a: a single value stands there");
    assertThat(lint("source.tables=[a")).singleElement().asString().contains("as YAML");
    assertThat(lint("source.tables=!!set {a}")).singleElement().asString().contains("YAML tag");
    assertThat(lint("source.partition={column: a, column: b}"))
        .containsExactly(
            "--set source.partition: source.partition.column: Duplicate key \"column\": it stands"
                + " in --set source.partition too");
  }

  @Test
  void secretsAreReferencesHereToo() throws IOException {
    assertThat(lint("source.password=hunter2"))
        .containsExactly("--set source.password: " + LiteralSecrets.MESSAGE);
    assertThat(lint("kafka.ssl.key.password=hunter2"))
        .containsExactly("--set kafka.ssl.key.password: " + LiteralSecrets.MESSAGE);

    Pipeline read = reader(Map.of("PG", "hunter2"), "source.password=${env:PG}").read(file());
    assertThat(((TableOptions) read.source().given().options()).password().orElseThrow().reveal())
        .isEqualTo("hunter2");
  }

  @Test
  void findingsOfTheFileKeepTheirLine() throws IOException {
    Path file = Files.writeString(folder.resolve("b.yaml"), FILE.replace("tasks: 3", "tasks: no"));
    var findings = new ArrayList<Finding>();
    reader(Map.of(), "source.batch_bytes=big").lint(file, findings::add);

    assertThat(findings)
        .extracting(Finding::toString)
        .satisfiesExactly(
            set -> assertThat(set).startsWith("--set source.batch_bytes: "),
            line -> assertThat(line).startsWith(file + ":6:3: source.tasks: "));
  }

  @ParameterizedTest
  @ValueSource(strings = {"source.tasks", "=8", ".tasks=8", "source.=8", "source..tasks=8", ""})
  void aSettingIsAPathAndAValue(String text) {
    assertThatThrownBy(() -> Setting.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageStartingWith("Cannot read --set \"")
        .hasMessageContaining("source.tasks=8");
  }

  private Path file() throws IOException {
    return Files.writeString(folder.resolve("a.yaml"), FILE);
  }

  private Pipeline read(String... settings) throws IOException {
    return reader(Map.of(), settings).read(file());
  }

  private List<String> lint(String... settings) throws IOException {
    var findings = new ArrayList<String>();
    reader(Map.of(), settings).lint(file(), finding -> findings.add(finding.toString()));
    return findings;
  }

  private static PipelineFile reader(Map<String, String> environment, String... settings) {
    return new PipelineFile(
        SampleTypes.ALL,
        References.everywhere(environment),
        Arrays.stream(settings).map(Setting::parse).toList());
  }
}
