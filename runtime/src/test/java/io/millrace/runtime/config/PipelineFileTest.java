package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.ByteSize;
import io.millrace.core.options.Problem;
import io.millrace.core.options.Secret;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.WindowOptions;
import io.millrace.runtime.config.SampleTypes.FilesOptions;
import io.millrace.runtime.config.SampleTypes.RenameOptions;
import io.millrace.runtime.config.SampleTypes.TableOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineFileTest {
  private static final Map<String, String> ENVIRONMENT =
      Map.of("PGPASSWORD", "hunter2", "KAFKA", "kafka:9092", "TASKS", "many");

  @TempDir private Path folder;
  private Path file;

  @BeforeEach
  void name() {
    file = folder.resolve("a.yaml");
  }

  @Test
  void readsEverySection() throws IOException {
    Path secret = Files.writeString(folder.resolve("token"), "s3cret\n");
    Pipeline pipeline =
        read(
            """
            name: trips
            run: {column: at, every: 1h, delay: 10m, time_zone: Europe/Berlin, nulls: skip}
            source:
              type: table
              url: db://host/app
              password: ${env:PGPASSWORD}
              tables: [trips, fares]
              partition: {column: zone}
              tokens: {a: '${file:%s}'}
              tasks: 3
            transforms:
              - type: rename
                columns: {zone: pickup_zone}
            sinks:
              - type: files
                name: lake
                path: out/{stream}
              - {type: files, name: cold, compression: none}
            kafka:
              bootstrap.servers: ${env:KAFKA}
              request.timeout.ms: 5000
              sasl.jaas.config: module required password="${env:PGPASSWORD}";
              topic: {partitions: 8, replication: 3, retention: 30d}
            connect:
              url: http://connect:8083
            """
                .formatted(secret));

    assertThat(pipeline.name()).isEqualTo("trips");
    assertThat(pipeline.streams().orElseThrow())
        .containsExactly(new StreamId("trips", "trips"), new StreamId("trips", "fares"));
    assertThat(pipeline.run().map(Given::options))
        .hasValue(
            new WindowOptions(
                "at",
                Duration.ofHours(1),
                Duration.ofMinutes(10),
                "Europe/Berlin",
                0,
                NullRows.SKIP));
    assertThat(pipeline.layout()).isEqualTo("windows of 1h of at in Europe/Berlin");
    assertThat(pipeline.source().given().options())
        .isEqualTo(
            new TableOptions(
                Optional.of("db://host/app"),
                Optional.empty(),
                Optional.of(new Secret("hunter2")),
                List.of("trips", "fares"),
                Optional.of(new SampleTypes.PartitionOptions("zone", 4)),
                Map.of("a", new Secret("s3cret")),
                3,
                ByteSize.parse("900k")));
    assertThat(pipeline.source().given().written())
        .containsEntry("password", "${env:PGPASSWORD}")
        .doesNotContainKey("type");
    assertThat(pipeline.transforms())
        .extracting(transform -> (Object) transform.given().options())
        .containsExactly(new RenameOptions(Map.of("zone", "pickup_zone")));
    assertThat(pipeline.sinks()).extracting(SinkSpec::name).containsExactly("lake", "cold");
    assertThat(pipeline.sinks())
        .extracting(sink -> (Object) sink.given().options())
        .containsExactly(
            new FilesOptions("out/{stream}", SampleTypes.Compression.ZSTD),
            new FilesOptions("lake/{stream}/{run}/", SampleTypes.Compression.NONE));
    assertThat(pipeline.group(pipeline.sinks().get(1))).isEqualTo("millrace.trips.cold");
    assertThat(pipeline.kafka().topic())
        .isEqualTo(new TopicSettings(8, Optional.of(3), Optional.of(Duration.ofDays(30))));
    assertThat(pipeline.kafka().client())
        .isEqualTo(
            Map.of(
                "bootstrap.servers", "kafka:9092",
                "request.timeout.ms", "5000",
                "sasl.jaas.config", "module required password=\"hunter2\";"));
    assertThat(pipeline.connect().url()).contains("http://connect:8083");
    assertThat(pipeline.toString()).doesNotContain("hunter2").doesNotContain("s3cret");
  }

  @Test
  void infersWhatIsLeftOut() throws IOException {
    Pipeline pipeline =
        read(
            """
            name: trips
            source: {type: table, tables: trips}
            sinks: [{type: files}]
            """);

    assertThat(pipeline.sinks()).extracting(SinkSpec::name).containsExactly("files");
    assertThat(pipeline.run()).isEmpty();
    assertThat(pipeline.layout()).isEqualTo("snapshot");
    assertThat(pipeline.transforms()).isEmpty();
    assertThat(pipeline.kafka().bootstrapServers()).isEmpty();
    assertThat(pipeline.kafka().topic())
        .isEqualTo(new TopicSettings(4, Optional.empty(), Optional.empty()));
    assertThat(pipeline.connect().url()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "{column: at, evry: 1h} | 2:19: run.evry: Unknown key \"evry\": did you mean \"every\"?",
        "{column: at, time_zone: Europe/Berln} | 2:19: run.time_zone: Unknown time zone"
            + " \"Europe/Berln\": did you mean \"Europe/Berlin\"?",
        "{column: at, every: 7h} | 2:19: run.every: Cannot divide time every 7h: expected whole"
            + " days up to 366d, or a part of a day that divides it evenly, such as 15m, 1h or 6h",
        "daily | 2:1: run: Expected keys and values below it"
      },
      delimiter = '|')
  void namesWhatIsWrongWithRuns(String run, String finding) throws IOException {
    assertThat(
            lint(
                """
                name: trips
                run: %s
                source: {type: table, tables: trips}
                sinks: [{type: files}]
                """
                    .formatted(run)))
        .containsExactly(finding);
  }

  @Test
  void runsHaveAColumn() throws IOException {
    assertThat(
            lint(
                """
                name: trips
                run:
                source: {type: table, tables: trips}
                sinks: [{type: files}]
                """))
        .singleElement()
        .asString()
        .startsWith("2:1: run.column: Missing: ");
  }

  @Test
  void namesTheNearestKeyWithLineAndColumn() throws IOException {
    assertThat(
            lint(
                """
                name: trips
                source: {type: table, tables: trips}
                sinks:
                  - type: files
                    compresion: zstd
                kafka:
                  bootstrap.server: kafka:9092
                  topic:
                    partition: 4
                conect:
                  url: http://connect:8083
                """))
        .containsExactly(
            "5:5: sinks.0.compresion: Unknown key \"compresion\": did you mean \"compression\"?",
            "7:3: kafka.bootstrap.server: Unknown key \"bootstrap.server\": did you mean"
                + " \"bootstrap.servers\"?",
            "9:5: kafka.topic.partition: Unknown key \"partition\": did you mean \"partitions\"?",
            "10:1: conect: Unknown key \"conect\": did you mean \"connect\"?");
  }

  @Test
  void reportsWrongValuesAllAtOnce() throws IOException {
    assertThat(
            lint(
                """
                name: Trips
                source:
                  type: table
                  tables: trips
                  tasks: ${env:TASKS}
                  partition:
                    ranges: few
                transforms: rename
                sinks:
                  - type: files
                    compression: zip
                    path: [a, b]
                kafka:
                  group.id: mine
                  request.timeout.ms: soon
                  ssl: {protocol: TLS}
                  topic: {partitions: 0}
                connect: {url: connect}
                """))
        .containsExactly(
            "1:1: name: Cannot use \"Trips\" as the name of a pipeline: only a-z, 0-9, _ and - are"
                + " allowed",
            "5:3: source.tasks: Cannot use \"${env:TASKS}\": expected a whole number up to"
                + " 2147483647",
            "6:3: source.partition.column: Missing: The column.",
            "7:5: source.partition.ranges: Cannot use \"few\": expected a whole number up to"
                + " 2147483647",
            "8:1: transforms: Expected a list of transforms, each beginning with \"- type:\"",
            "11:5: sinks.0.compression: Cannot use \"zip\": expected one of zstd, none",
            "12:5: sinks.0.path: Expected a single value, found a list",
            "14:3: kafka.group.id: Cannot set \"group.id\": Millrace sets it itself",
            "15:3: kafka.request.timeout.ms: Cannot use \"soon\": expected a value of type int",
            "16:3: kafka.ssl: Expected a single value: properties are written as a.b: value",
            "17:11: kafka.topic.partitions: Cannot make topics of 0 partitions: 1 to 10000 are"
                + " allowed",
            "18:11: connect.url: Cannot use \"connect\" as an address: expected one such as"
                + " http://connect:8083");
  }

  @Test
  void reportsWhatIsMissing() throws IOException {
    assertThat(lint("transforms: []\n"))
        .containsExactly(
            "1:1: name: Missing: the pipeline's name",
            "1:1: source: Missing: what to read, and its type",
            "1:1: sinks: Missing: a list of one or more sinks");
    assertThat(
            lint(
                """
                name: trips
                source:
                  tables: trips
                sinks:
                  - path: lake
                  -
                """))
        .containsExactly(
            "2:1: source.type: Missing: what kind of source; known are table",
            "5:5: sinks.0.type: Missing: what kind of sink; known are files",
            "6:4: sinks.1: Expected a value, found nothing");
  }

  @Test
  void namesTheNearestType() throws IOException {
    assertThat(
            lint(
                """
                name: trips
                source: {type: tabel, tables: trips}
                transforms: [{type: uppercase}]
                sinks: [{type: file}]
                """))
        .containsExactly(
            "2:10: source.type: Unknown source type \"tabel\": did you mean \"table\"?",
            "3:15: transforms.0.type: Unknown transform type \"uppercase\": known are rename",
            "4:10: sinks.0.type: Unknown sink type \"file\": did you mean \"files\"?");
  }

  @Test
  void refusesSecretsInTheFileWithoutShowingThem() throws IOException {
    assertThat(
            lint(
                """
                name: trips
                source:
                  type: table
                  tables: trips
                  password: pa${ss}word
                  tokens: {a: "x${env:PGPASSWORD}"}
                sinks: [{type: files}]
                kafka:
                  ssl.key.password: password
                """))
        .containsExactly(
            "5:3: source.password: A secret is never written into this file: write ${env:NAME} or"
                + " ${file:PATH}",
            "6:12: source.tokens.a: A secret is never written into this file: write ${env:NAME} or"
                + " ${file:PATH}",
            "9:3: kafka.ssl.key.password: A secret is never written into this file: write"
                + " ${env:NAME} or ${file:PATH}");
  }

  private static final String UNRESOLVED =
      """
      name: trips
      source:
        type: table
        tables: trips
        password: ${env:NOT_SET}
        user: ${file:/does/not/exist}
      sinks:
        - type: files
          path: lake/${HOME}/
      """;

  @Test
  void reportsReferencesThatLeadNowhere() throws IOException {
    assertThat(lint(UNRESOLVED))
        .containsExactly(
            "5:3: source.password: Cannot resolve ${env:NOT_SET}: the environment has no variable"
                + " \"NOT_SET\": set it",
            "6:3: source.user: Cannot resolve ${file:/does/not/exist}: there is no such file",
            "9:5: sinks.0.path: Cannot resolve ${HOME}: write ${env:NAME} or ${file:PATH}");
  }

  @Test
  void leavesTheSourcesReferencesToWhoeverConnectsToIt() throws IOException {
    Files.writeString(file, UNRESOLVED);
    List<Finding> findings = new ArrayList<>();
    new PipelineFile(SampleTypes.ALL, References.butTheSources(ENVIRONMENT))
        .lint(file, findings::add);

    assertThat(findings).extracting(Finding::path).containsExactly("sinks.0.path");
  }

  @Test
  void refusesSinksThatCannotBeToldApart() throws IOException {
    assertThat(
            lint(
                """
                name: trips
                source: {type: table, tables: trips}
                sinks:
                  - {type: files, name: lake}
                  - {type: files, name: lake, path: './lake/{stream}/{run}'}
                  - {type: files, path: elsewhere}
                """))
        .containsExactly(
            "5:19: sinks.1.name: Cannot use the name of sinks.0 again: each sink needs its own",
            "5:31: sinks.1.path: Cannot use the path of sinks.0 again: each sink needs its own",
            "6:5: sinks.2.name: Missing: the sink's name");
  }

  @Test
  void refusesStreamsThatCannotBeTopics() throws IOException {
    String sink = "sinks: [{type: files}]\n";
    assertThat(lint("name: trips\nsource: {type: table, tables: [Trips]}\n" + sink))
        .containsExactly("2:23: source.tables: Cannot name a stream after table \"Trips\"");
    assertThat(lint("name: trips\nsource: {type: table, tables: [a, a]}\n" + sink))
        .containsExactly("2:1: source: Two streams have the name \"a\"");
    assertThat(
            lint(
                "name: trips\nsource: {type: table, tables: [%s]}\n".formatted("a".repeat(250))
                    + sink))
        .singleElement()
        .asString()
        .endsWith("256 characters, and Kafka allows 249");
  }

  @Test
  void reportsDuplicateKeys() throws IOException {
    assertThat(
            lint(
                """
                name: trips
                source: {type: table, tables: trips}
                sinks: [{type: files}]
                source: {type: table, tables: fares}
                """))
        .containsExactly("4:1: source: Duplicate key \"source\": it stands in line 2 too");
  }

  @Test
  void reportsWhatYamlCannotRead() throws IOException {
    assertThat(lint("name: trips\nsource: {type: table\nsinks: []\n"))
        .containsExactly("3:6: Cannot read this as YAML: expected ',' or '}', but got :");
    assertThat(lint("name: !!java.net.URL [a]\n"))
        .containsExactly(
            "1:7: Cannot read this as YAML: Global tag is not allowed:"
                + " tag:yaml.org,2002:java.net.URL");
    assertThat(lint("name: a\n---\nname: b\n"))
        .containsExactly("2:1: Cannot read this as YAML: but found another document");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "- a\n", "trips\n"})
  void reportsWhatIsNoPipeline(String text) throws IOException {
    assertThat(lint(text))
        .containsExactly("1:1: Expected a pipeline: keys such as name, source and sinks");
  }

  @Test
  void refusesTagsMergesAndCircles() throws IOException {
    assertThat(
            lint(
                """
                name: !mine trips
                source: &source
                  type: table
                  tables: [*source]
                sinks:
                  - {type: files, <<: {path: a}}
                """))
        .containsExactly(
            "1:1: name: Cannot use the YAML tag !mine: write a plain value",
            "2:9: source.tables.0: Cannot use an alias of what it stands in: write the value out",
            "6:19: sinks.0.?: Cannot use this as a key: write a single word");
  }

  @Test
  void keepsTextsAsTheyAreWritten() throws IOException {
    Pipeline pipeline =
        read(
            """
            name: 012
            source: {type: table, tables: [1_0, yes, 'null'], user: 2026-11-20, url: ~}
            sinks: [{type: files}]
            """);

    var options = (TableOptions) pipeline.source().given().options();
    assertThat(pipeline.name()).isEqualTo("012");
    assertThat(options.tables()).containsExactly("1_0", "yes", "null");
    assertThat(options.user()).contains("2026-11-20");
    assertThat(options.url()).isEmpty();
  }

  @Test
  void tellsTheLineOfWhatAStageRefuses() throws IOException {
    Pipeline pipeline =
        read(
            """
            name: trips
            source:
              type: table
              tables: missing
            transforms:
              - {type: rename, columns: {a: b}}
            sinks:
              - type: files
            """);

    assertThatThrownBy(() -> pipeline.describe())
        .isInstanceOf(MillraceException.class)
        .hasMessage("%s:4:3: source.tables: There is no table \"missing\"", file);
    assertThatThrownBy(() -> pipeline.transforms().get(0).open(new Schema(List.of())))
        .hasMessage("%s:6:20: transforms.0.columns: There is no column to rename", file);
  }

  @Test
  void whatTheSourceFindsWrongWithTheRunsTellsTheirLine() throws IOException {
    Pipeline pipeline =
        read(
            """
            name: trips
            run:
              every: 1h
              column: missing
            source: {type: table, tables: trips}
            sinks:
              - type: files
            """);

    assertThatThrownBy(pipeline::describe)
        .hasMessage("%s:4:3: run.column: There is no column \"missing\"", file);
    assertThat(pipeline.finding(new Problem("run.every", "Too often")))
        .map(Object::toString)
        .hasValue("%s:3:3: run.every: Too often".formatted(file));
    assertThat(pipeline.finding(new Problem("tasks.max", "Too many"))).isEmpty();
  }

  @Test
  void readsOptionsAgainWithOthers() throws IOException {
    Pipeline pipeline =
        read(
            """
            name: trips
            source: {type: table, tables: trips, password: '${env:PGPASSWORD}'}
            sinks: [{type: files}]
            """);

    SourceSpec<?> source = pipeline.source().with(Map.of("url", "db://localhost"));
    var options = (TableOptions) source.given().options();
    assertThat(options.url()).contains("db://localhost");
    assertThat(options.password()).contains(new Secret("hunter2"));
    assertThat(source.given().written())
        .isEqualTo(
            Map.of("tables", "trips", "password", "${env:PGPASSWORD}", "url", "db://localhost"));
    assertThatThrownBy(() -> pipeline.source().with(Map.of("tasks", "x")))
        .hasMessage(
            "%s:2:1: source.tasks: Cannot use \"x\": expected a whole number up to 2147483647",
            file);
  }

  @Test
  void saysWhenAFileCannotBeRead() throws IOException {
    assertThatThrownBy(() -> reader().read(file))
        .hasMessage("Cannot read %s: there is no such file", file);
    Files.write(file, new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThatThrownBy(() -> reader().read(file))
        .hasMessage("Cannot read %s: it is not UTF-8", file);
  }

  private static PipelineFile reader() {
    return new PipelineFile(SampleTypes.ALL, References.everywhere(ENVIRONMENT));
  }

  private Pipeline read(String yaml) throws IOException {
    return reader().read(Files.writeString(file, yaml));
  }

  /** Findings without the file's name. */
  private List<String> lint(String yaml) throws IOException {
    Files.writeString(file, yaml);
    List<String> findings = new ArrayList<>();
    Optional<Pipeline> pipeline =
        reader()
            .lint(
                file,
                finding ->
                    findings.add(finding.toString().substring(file.toString().length() + 1)));
    assertThat(pipeline.isEmpty()).isEqualTo(!findings.isEmpty());
    return findings;
  }
}
