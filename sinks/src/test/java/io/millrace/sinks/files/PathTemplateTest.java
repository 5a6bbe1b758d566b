package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.sinks.store.ObjectKey;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PathTemplateTest {
  @ParameterizedTest
  @CsvSource({
    "lake/{stream}/{run}/, lake/, trips/2026-11-19/f.parquet",
    "lake/{stream}/{run}, lake/, trips/2026-11-19/f.parquet",
    "/data/{pipeline}/{sink}/day={run}/, /data/, taxi/lake/day=2026-11-19/f.parquet",
    "../lake/of-{stream}-{run}/, ../lake/, of-trips-2026-11-19/f.parquet",
    "{stream}, '', trips/f.parquet",
    "lake/all, lake/all, f.parquet",
    "s3://lake/raw/{stream}/, s3://lake/raw/, trips/f.parquet",
  })
  void theRootIsWhatStandsBeforeTheFirstPlaceholder(String text, String root, String key) {
    PathTemplate template = PathTemplate.parse(text);

    assertThat(template.root()).isEqualTo(root);
    assertThat(template.key(unit("2026-11-19"), "lake", "f.parquet")).isEqualTo(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"..", ".", "../../etc", "/etc", "_millrace", "a/b", "a\\b", "$1", "~", "{stream}"})
  void noRunLeavesItsFolder(String run) {
    Path root = Path.of("/lake");
    for (String text : new String[] {"{run}/", "x{run}/{stream}", "{stream}/{run}/"}) {
      String key = PathTemplate.parse(text).key(unit(run), "lake", "f.parquet");

      assertThat(ObjectKey.require(key)).isEqualTo(key);
      assertThat(root.resolve(key).normalize()).startsWithRaw(root).isEqualTo(root.resolve(key));
      assertThat(key.split("/")).hasSize(text.contains("stream") ? 3 : 2);
      assertThat(key).doesNotStartWith("_");
    }
  }

  @Test
  void anUnknownPlaceholderIsAnErrorWithTheNearestKnown() {
    assertThatThrownBy(() -> PathTemplate.parse("lake/{steam}/"))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> {
              assertThat(e.category()).isEqualTo(Category.CONFIGURATION);
              assertThat(e.key()).hasValue("path");
            })
        .hasMessage(
            "Unknown placeholder {steam} in the path \"lake/{steam}/\": did you mean {stream}?");
    assertThatThrownBy(() -> PathTemplate.parse("lake/{}/"))
        .hasMessageContaining("Unknown placeholder {}");
    assertThatThrownBy(() -> PathTemplate.parse("lake/{warehouse}/"))
        .hasMessageContaining("known are {pipeline}, {sink}, {stream}, {run}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"lake/{run", "lake/run}/", "lake/{a/b}/", "lake/{{run}}/"})
  void aBraceWithoutCounterpartIsAnError(String text) {
    assertThatThrownBy(() -> PathTemplate.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("has no counterpart");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "lake/{stream}/../{run}/",
        "lake/{stream}//{run}",
        "lake/{stream}/_raw/",
        "lake/{stream}/.raw/",
        "lake/_mill{stream}/",
        "lake/{stream}/..",
      })
  void foldersThatReadersSkipAreRefused(String text) {
    assertThatThrownBy(() -> PathTemplate.parse(text))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("readers would not look into the folder");
  }

  @Test
  void noFolderIsTooLongForADisk() {
    var run = "ü".repeat(200);

    String key = PathTemplate.parse("{run}-{run}/x/").key(unit(run), "lake", "f.parquet");

    assertThat(key.indexOf('/')).isLessThan(200);
    assertThat(PathTemplate.parse("{run}-{run}/x/").key(unit("ü".repeat(199)), "lake", "f.parquet"))
        .isNotEqualTo(key);
  }

  @Test
  void anEmptyPathIsRefused() {
    assertThatThrownBy(() -> PathTemplate.parse(" ")).hasMessageContaining("empty path");
  }

  private static Unit unit(String run) {
    return new Unit(
        new StreamId("taxi", "trips"),
        new RunId(run),
        new PlanId(1_795_171_234_567L, "k3f9"),
        "range-1");
  }
}
