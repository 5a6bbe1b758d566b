package io.millrace.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.PipelineSchema;
import io.millrace.runtime.config.SampleTypes;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {
  private static final String GOOD =
      """
      name: trips
      source: {type: table, tables: trips, url: db://host}
      sinks: [{type: files}]
      """;

  @TempDir private Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private Path file;

  @BeforeEach
  void writePipeline() throws IOException {
    file = Files.writeString(folder.resolve("a.yaml"), GOOD);
  }

  @Test
  void saysWhatItCanDo() {
    assertThat(millrace("--help")).isEqualTo(0);
    assertThat(out.toString())
        .startsWith("Usage: millrace")
        .contains("sink", "deploy", "validate", "schema", "status", "files", "peek")
        .contains("Check pipelines without connecting to anything.")
        .contains("--verbose");
    assertThat(err.toString()).isEmpty();
  }

  @Test
  void saysWhichVersionItIs() {
    assertThat(millrace("--version")).isEqualTo(0);
    assertThat(out.toString()).startsWith("millrace ").contains("Kafka clients 4.", "Java 17");
  }

  @Test
  void withoutACommandItExplainsItself() {
    assertThat(millrace()).isEqualTo(2);
    assertThat(err.toString()).startsWith("Usage: millrace");
    assertThat(out.toString()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sink", "deploy", "validate", "schema", "status", "files", "peek"})
  void everyCommandHasHelpAndWantsItsArgument(String command) {
    assertThat(millrace(command, "--help")).isEqualTo(0);
    assertThat(out.toString()).startsWith("Usage: millrace " + command);
    assertThat(millrace(command)).isEqualTo(2);
    assertThat(err.toString())
        .startsWith("Missing required parameter: '")
        .contains("Try: millrace " + command + " --help");
  }

  @Test
  void badUsageNamesTheNearestCommandAndOption() {
    assertThat(millrace("validat", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("Did you mean: millrace validate");
    assertThat(millrace("status", file.toString(), "--jso")).isEqualTo(2);
    assertThat(err.toString()).contains("Unknown option: '--jso'", "--json");
    assertThat(millrace("sink", file.toString(), "--memory", "lots")).isEqualTo(2);
    assertThat(err.toString()).contains("Cannot read \"lots\" as a size");
    assertThat(millrace("peek", "a.b", "--kafka", "x:1", "--file", "y")).isEqualTo(2);
  }

  @Test
  void validFilesAreOk() {
    assertThat(millrace("validate", file.toString())).isEqualTo(0);
    assertThat(out.toString()).isEmpty();
    assertThat(err.toString()).isEqualTo(file + ": ok\n");
  }

  @Test
  void findingsAreResultsAndTheCodeIsTwo() throws IOException {
    Path bad = Files.writeString(folder.resolve("b.yaml"), GOOD.replace("sinks", "sink"));
    assertThat(millrace("validate", file.toString(), bad.toString())).isEqualTo(2);
    assertThat(out.toString())
        .isEqualTo(
            "%s:1:1: sinks: Missing: a list of one or more sinks\n".formatted(bad)
                + "%s:3:1: sink: Unknown key \"sink\": did you mean \"sinks\"?\n".formatted(bad));
    assertThat(err.toString()).isEqualTo(file + ": ok\n");
  }

  @Test
  void findingsForPrograms() throws IOException {
    Files.writeString(file, GOOD + "nmae: x\n");
    assertThat(millrace("validate", "--json", file.toString())).isEqualTo(2);
    assertThat(out.toString())
        .isEqualTo(
            """
            [ {
              "file" : "%s",
              "line" : 4,
              "column" : 1,
              "path" : "nmae",
              "message" : "Unknown key \\"nmae\\": did you mean \\"name\\"?"
            } ]
            """
                .formatted(file));
  }

  @Test
  void settingsStandAboveTheFile() {
    assertThat(millrace("schema", file.toString(), "--set", "source.tables=fares")).isEqualTo(0);
    assertThat(out.toString()).startsWith("fares (app.fares");

    assertThat(millrace("validate", file.toString(), "--set=source.tasks=many")).isEqualTo(2);
    assertThat(out.toString()).endsWith("expected a whole number up to 2147483647\n");
    assertThat(millrace("validate", "--json", file.toString(), "--set", "nmae=x")).isEqualTo(2);
    assertThat(out.toString()).contains("\"set\" : \"nmae\"").doesNotContain("\"line\"");
    for (String command : List.of("run", "sink", "deploy", "status", "files")) {
      assertThat(millrace(command, file.toString(), "--set", "name=A")).isEqualTo(2);
      assertThat(err.toString()).contains("--set name: ");
      err.getBuffer().setLength(0);
    }
  }

  @Test
  void schemaShowsEveryColumnOnItsWay() {
    assertThat(millrace("schema", file.toString())).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(
            """
            trips (app.trips, about 42 rows)
            COLUMN  SOURCE  ARROW  NULL  FILES
            id      bigint  int64  no    TEXT
            """);
    out.getBuffer().setLength(0);
    assertThat(millrace("schema", "--json", file.toString())).isEqualTo(0);
    assertThat(out.toString())
        .contains("\"stream\" : \"trips\"", "\"estimated_rows\" : 42", "\"files\" : \"TEXT\"");
  }

  @Test
  void theSchemaOfTheFileIsPrinted() {
    assertThat(millrace("json-schema")).isEqualTo(0);
    assertThat(out.toString())
        .isEqualTo(PipelineSchema.of(SampleTypes.ALL))
        .contains("\"source-table\"", "\"sink-files\"", "\"transform-rename\"");
  }

  @Test
  void schemaWarnsOfWhatIsLostAndNamesWhatCannotBeRead() {
    String tables = "source.tables=[nested, locked]";
    assertThat(millrace("schema", file.toString(), "--set", tables)).isEqualTo(1);
    assertThat(out.toString())
        .isEqualTo(
            """
            nested (app.nested, about 42 rows)
            COLUMN  SOURCE  ARROW                                                                         NULL  FILES
            id      bigint  int64                                                                         no    TEXT
            all     line[]  list<struct<name: utf8 not null, cost: decimal128(12, 2) not null> not null>  yes   TEXT
            tags    hstore  map<utf8, utf8 not null>                                                      no    TEXT
            WARNING all: lower bounds are lost
            WARNING all: lines.cost: NaN cannot be represented
            """);
    assertThat(err.toString()).isEqualTo("app.locked: permission denied\n");

    out.getBuffer().setLength(0);
    assertThat(millrace("schema", "--json", file.toString(), "--set", tables)).isEqualTo(1);
    assertThat(out.toString())
        .contains("\"warnings\" : [ \"lower bounds are lost\", \"lines.cost: NaN cannot be")
        .contains("\"reason\" : \"permission denied\"")
        .contains("\"files\" : \"3 texts\\n\"");
  }

  @Test
  void schemaShowsTheTargetsOwn() {
    assertThat(millrace("schema", "--target", file.toString())).isEqualTo(0);
    assertThat(out.toString()).isEqualTo("1 texts\n");

    String tables = "source.tables=[nested, trips]";
    assertThat(millrace("schema", "--target", file.toString(), "--set", tables)).isEqualTo(0);
    assertThat(out.toString()).endsWith("nested in files\n3 texts\ntrips in files\n1 texts\n");
  }

  @Test
  void errorsAreOneLineUnlessMoreIsAskedFor() throws IOException {
    Files.writeString(file, GOOD.replace("tables: trips", "tables: missing"));
    assertThat(millrace("schema", file.toString())).isEqualTo(2);
    String line = file + ":2:23: source.tables: There is no table \"missing\"\n";
    assertThat(err.toString()).isEqualTo(line);
    assertThat(out.toString()).isEmpty();

    err.getBuffer().setLength(0);
    assertThat(millrace("schema", file.toString(), "--verbose")).isEqualTo(2);
    assertThat(err.toString()).startsWith(line).contains("\tat io.millrace.");
  }

  @Test
  void aFailureThatIsNobodysConfigurationIsCodeOne() {
    assertThat(millrace("peek", "trips.trips", "--kafka", "no.such.host.invalid:1")).isEqualTo(1);
    assertThat(err.toString())
        .isEqualTo(
            "Cannot read from Kafka at no.such.host.invalid:1: No resolvable bootstrap urls given"
                + " in bootstrap.servers\n");
  }

  @Test
  void commandsSayWhatTheyLack() {
    assertThat(millrace("deploy", file.toString())).isEqualTo(2);
    assertThat(millrace("sink", file.toString())).isEqualTo(2);
    assertThat(millrace("peek", "trips.trips")).isEqualTo(2);
    assertThat(millrace("files", file.toString(), "--sink", "lake")).isEqualTo(2);
    assertThat(millrace("files", file.toString(), "--stream", "fares")).isEqualTo(2);
    assertThat(millrace("status", file.toString(), "--wait", "--timeout", "soon")).isEqualTo(2);
    assertThat(err.toString().lines())
        .containsExactly(
            file + ": connect.url is missing: which Kafka Connect cluster shall read the source?",
            file
                + ": kafka.bootstrap.servers is missing: which Kafka cluster has the topics?"
                + " (millrace run starts one by itself)",
            "Cannot tell which Kafka cluster: no bootstrap.servers are given, and no run has left"
                + " its broker's data in "
                + folder.resolve(".millrace/trips/kafka"),
            "There is no sink \"lake\" in this pipeline: known are files",
            file + ":3:9: sinks.0.path: Cannot look at lake/{stream}/{run}/",
            "Cannot read \"soon\" as a span of time: expected a number with ms, s, m, h, d or w,"
                + " such as 10m");
  }

  private int millrace(String... args) {
    var surroundings =
        new Surroundings(
            folder,
            Map.of(),
            SampleTypes.ALL,
            InstantSource.system(),
            new PrintWriter(out, true),
            new PrintWriter(err, true));
    return Main.run(surroundings, args);
  }
}
