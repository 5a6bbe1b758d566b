package io.millrace.runtime.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The page's examples are ones that Millrace takes. */
class TransformsPageTest {
  private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\n(.*?)```");
  static final String AROUND =
      """
      name: trips
      source: {type: postgres, table: public.trips}
      sinks: [{type: parquet}]
      """;

  @TempDir Path folder;

  static List<String> examples() throws IOException {
    return EXAMPLE
        .matcher(Files.readString(Path.of("../docs/transforms.md")))
        .results()
        .map(example -> example.group(1))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("examples")
  void hasNoFinding(String example) throws IOException {
    assertThat(lint(example)).isEmpty();
  }

  @Test
  void everyTransformHasAnExample() throws IOException {
    assertThat(examples())
        .anySatisfy(example -> assertThat(example).isNotEmpty())
        .satisfies(
            all ->
                assertThat(StageTypes.installed().transforms().keySet())
                    .allSatisfy(type -> assertThat(all.toString()).contains("type: " + type)));
  }

  @Test
  void mistakesAreFoundWithoutASourceAndByTheirLine() throws IOException {
    assertThat(
            lint(
                """
                transforms:
                  - type: filter
                    where: fare >
                  - type: cast
                    columns: {fare: decimal}
                  - type: add
                    columns: {year: {value: x, as: int16}}
                """))
        .hasSize(3)
        .satisfiesExactly(
            filter -> assertThat(filter).contains(":6:", "at character 7", "found the end"),
            cast -> assertThat(cast).contains(":8:", "Cannot use \"decimal\" as a type"),
            add -> assertThat(add).contains(":10:", "Cannot use \"x\" as the value"));
  }

  private List<String> lint(String transforms) throws IOException {
    Path file = Files.writeString(folder.resolve("pipeline.yaml"), AROUND + transforms);
    var findings = new ArrayList<String>();
    new PipelineFile(StageTypes.installed(), References.everywhere(Map.of()))
        .lint(file, finding -> findings.add(finding.toString()));
    return findings;
  }
}
