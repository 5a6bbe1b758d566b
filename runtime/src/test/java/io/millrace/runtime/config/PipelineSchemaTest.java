package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PipelineSchemaTest {
  private static final Path COMMITTED = Path.of("../docs/pipeline.schema.json");
  private static final String MODELINE = "# yaml-language-server: $schema=";
  private static final String WITHOUT_SINK =
      """
      name: trips
      source: {type: postgres, table: public.trips}
      """;
  private static final String GOOD = WITHOUT_SINK + "sinks: [{type: parquet}]\n";

  private final JsonSchema schema =
      JsonSchemaFactory.getInstance(VersionFlag.V7)
          .getSchema(PipelineSchema.of(StageTypes.installed()));

  static List<Path> configs() throws IOException {
    return ConfigsTest.configs();
  }

  static List<String> examples() throws IOException {
    return TransformsPageTest.examples();
  }

  @BeforeAll
  static void regenerate() throws IOException {
    if (Boolean.getBoolean("millrace.regenerate")) {
      Files.writeString(COMMITTED, PipelineSchema.of(StageTypes.installed()));
    }
  }

  @Test
  void theCommittedOneIsWhatTheOptionsDeclare() {
    String generated = PipelineSchema.of(StageTypes.installed());
    assertThat(COMMITTED)
        .as(
            "a schema of today's options; to write it again: mvn test -pl runtime -am"
                + " -Dtest=PipelineSchemaTest -Dsurefire.failIfNoSpecifiedTests=false"
                + " -Dmillrace.regenerate=true")
        .hasContent(generated);
  }

  @Test
  void itIsASchema() {
    JsonSchema draft =
        JsonSchemaFactory.getInstance(VersionFlag.V7)
            .getSchema(SchemaLocation.of(schema.getSchemaNode().get("$schema").asText()));

    assertThat(draft.validate(schema.getSchemaNode())).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("configs")
  void everyConfigFitsAndTellsEditorsWhereItIs(Path config) throws IOException {
    String yaml = Files.readString(config);

    assertThat(validate(yaml)).isEmpty();
    assertThat(yaml.lines().findFirst().orElseThrow()).startsWith(MODELINE);
    String named = yaml.lines().findFirst().orElseThrow().substring(MODELINE.length());
    assertThat(config.resolveSibling(named)).isRegularFile().hasSameTextualContentAs(COMMITTED);
  }

  @ParameterizedTest
  @MethodSource("examples")
  void everyExampleOfTheDocsFits(String example) throws IOException {
    assertThat(validate(TransformsPageTest.AROUND + example)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "run: {column: at, every: 1h, nulls: skip}",
        "run: {column: at, recheck: '${env:RECHECK}', every: '${env:EVERY}'}",
        "kafka: {bootstrap.servers: a:1, request.timeout.ms: 500, topic: {retention: 30d}}",
        "kafka: {sasl.jaas.config: 'module password=\"${env:KAFKA}\";'}",
        "connect: {url: 'http://connect:8083'}",
        "transforms: [{type: cast, columns: {a: string}, on_error: null}]",
        "transforms: [{type: select, columns: one}, {type: drop, columns: [a, b]}]",
        "transforms: [{type: add, columns: {year: {value: 2026, as: int16}, r: {from: run}}}]",
      })
  void takesWhatMillraceTakes(String more) throws IOException {
    assertThat(validate(GOOD + more)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "nmae: x | 'nmae'",
        "run: {column: at, every: soon} | every",
        "run: {column: at, recheck: few} | recheck",
        "run: {column: at, nulls: maybe} | nulls",
        "run: [at] | run",
        "kafka: {group.id: mine} | group.id",
        "kafka: {ssl.key.password: hunter2} | ssl.key.password",
        "kafka: {topic: {partition: 4}} | 'partition'",
        "kafka: {acks: [all]} | acks",
        "transforms: {type: drop} | transforms",
        "transforms: [{type: dorp, columns: a}] | type",
        "transforms: [{columns: a}] | 'type'",
        "transforms: [{type: filter}] | 'where'",
        "transforms: [{type: rename, columns: [a]}] | columns",
        "transforms: [{type: add, columns: {a: {valeu: 1}}}] | 'valeu'",
        "connect: {uri: x} | 'uri'",
      })
  void refusesWhatMillraceRefuses(String more, String named) throws IOException {
    assertThat(validate(GOOD + more)).anySatisfy(m -> assertThat(m).contains(named));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "sinks: [] | sinks",
        "sinks: [{type: parquet, writers: two}] | writers",
        "sinks: [{type: parquet, page_size: 1t}] | page_size",
        "sinks: [{type: parquet, compression: zip}] | compression",
        "sinks: [{type: parquet, name: Not A Name}] | name",
        "sinks: [{type: parquet, table: a}] | 'table'",
        "sinks: {type: parquet} | sinks",
      })
  void refusesSinksThatMillraceRefuses(String sinks, String named) throws IOException {
    assertThat(validate(WITHOUT_SINK + sinks)).anySatisfy(m -> assertThat(m).contains(named));
    assertThat(validate(WITHOUT_SINK)).anySatisfy(m -> assertThat(m).contains("'sinks'"));
  }

  @Test
  void secretsAreReferences() throws IOException {
    String pipeline = "name: a\nsinks: [{type: parquet}]\nsource: {type: postgres, table: a.b, ";
    assertThat(validate(pipeline + "password: '${env:PG}'}")).isEmpty();
    assertThat(validate(pipeline + "password: hunter2}"))
        .anySatisfy(m -> assertThat(m).contains("password"));
  }

  private List<String> validate(String yaml) throws IOException {
    return schema.validate(new YAMLMapper().readTree(yaml)).stream()
        .map(ValidationMessage::toString)
        .toList();
  }
}
