package io.millrace.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FlatOptionsTest {
  private static final List<OptionSpec> SPECS = OptionSpec.of(SampleOptions.class);

  private static final Map<String, Object> TREE =
      Map.of(
          "url", "jdbc:postgresql://db/app",
          "tasks", 4,
          "strict", false,
          "tables", List.of("public.a", "public.b"),
          "days", List.of(),
          "columns", Map.of("old.name", "new", "x", "y, z"),
          "partition", Map.of("column", "id", "ranges", 8),
          "topic", Map.of("retention", "7d"));

  private static final Map<String, String> FLAT =
      Map.of(
          "url", "jdbc:postgresql://db/app",
          "tasks", "4",
          "strict", "false",
          "tables", "public.a,public.b",
          "days", "",
          "columns.old.name", "new",
          "columns.x", "y, z",
          "partition.column", "id",
          "partition.ranges", "8",
          "topic.retention", "7d");

  @Test
  void aTreeBecomesDottedKeys() {
    assertThat(FlatOptions.flatten(SPECS, TREE)).isEqualTo(FLAT);
  }

  @Test
  void dottedKeysGiveTheSameOptions() {
    assertThat(read(FlatOptions.unflatten(SPECS, FLAT))).isEqualTo(read(TREE));
  }

  @Test
  void keysThatNoSpecKnowsAreLeftAlone() {
    Map<String, Object> tree = new HashMap<>(TREE);
    tree.put("connector.class", "io.example.Connector");
    Map<String, String> flat = new HashMap<>(FLAT);
    flat.put("name", "trips");
    flat.put("partition.name", "trips");

    assertThat(FlatOptions.flatten(SPECS, tree)).isEqualTo(FLAT);
    assertThat(FlatOptions.unflatten(SPECS, flat)).isEqualTo(FlatOptions.unflatten(SPECS, FLAT));
  }

  @Test
  void spacesAroundTheElementsOfAListDoNotMatter() {
    assertThat(FlatOptions.unflatten(SPECS, Map.of("tables", " a , b,, ")))
        .isEqualTo(Map.of("tables", List.of("a", "b")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a,b", "", " a", "a "})
  void anElementThatWouldNotComeBackIsRefused(String element) {
    assertThatThrownBy(() -> FlatOptions.flatten(SPECS, Map.of("tables", List.of(element))))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.key()).hasValue("tables"))
        .hasMessage(
            "Cannot hand \"%s\" to a connector: elements of a list are neither empty nor have"
                + " commas or spaces around them",
            element);
  }

  @Test
  void aTreeThatIsNestedTooDeepIsRefused() {
    assertThatThrownBy(
            () -> FlatOptions.flatten(SPECS, Map.of("columns", Map.of("a", List.of("b")))))
        .hasMessage("Cannot hand \"columns\" to a connector: it is nested too deep");
  }

  private static SampleOptions read(Map<String, Object> tree) {
    return OptionsReader.read(
            SampleOptions.class,
            tree,
            problem -> {
              throw new AssertionError(problem);
            })
        .orElseThrow();
  }
}
