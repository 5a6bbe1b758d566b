package io.millrace.core.options;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.options.SampleOptions.Codec;
import io.millrace.core.options.SampleOptions.Partition;
import io.millrace.core.options.SampleOptions.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OptionsReaderTest {
  private final List<Problem> problems = new ArrayList<>();

  @Test
  void whatIsLeftOutHasItsDefault() {
    assertThat(read(Map.of("url", "u")))
        .hasValue(
            new SampleOptions(
                "u",
                4,
                4,
                true,
                Duration.ofSeconds(10),
                new ByteSize(128 << 20),
                Codec.ZSTD,
                Optional.empty(),
                List.of(),
                List.of("mon", "tue"),
                Map.of(),
                Map.of(),
                Optional.empty(),
                new Topic(4, Optional.empty())));
  }

  /** What to do, with the word that YAML has for nothing among the choices. */
  private record Policy(@Option(value = "Doc.", defaultValue = "error") OnError onError) {
    private enum OnError {
      ERROR,
      NULL
    }
  }

  @Test
  void anExplicitNullIsTheWordNullWhereThatIsAChoice() {
    Map<String, Object> tree = new HashMap<>();
    assertThat(OptionsReader.read(Policy.class, tree, problems::add))
        .hasValue(new Policy(Policy.OnError.ERROR));

    tree.put("on_error", null);
    assertThat(OptionsReader.read(Policy.class, tree, problems::add))
        .hasValue(new Policy(Policy.OnError.NULL));
    assertThat(problems).isEmpty();
  }

  @Test
  void everyKindIsReadFromWhatAParserGives() {
    Map<String, Object> tree = new HashMap<>();
    tree.put("url", 5432);
    tree.put("tasks", 7);
    tree.put("max_rows", 1L << 40);
    tree.put("strict", false);
    tree.put("timeout", "500ms");
    tree.put("row_group", 1024);
    tree.put("compression", "lz4_raw");
    tree.put("password", "s3cret");
    tree.put("tables", List.of("a", 5));
    tree.put("days", "sun");
    tree.put("columns", Map.of("a", "b"));
    tree.put("weights", Map.of("a", "17"));
    tree.put("partition", Map.of("column", "id", "ranges", "16"));
    tree.put("topic", Map.of("retention", "7d"));

    assertThat(read(tree))
        .hasValue(
            new SampleOptions(
                "5432",
                7,
                1L << 40,
                false,
                Duration.ofMillis(500),
                new ByteSize(1024),
                Codec.LZ4_RAW,
                Optional.of(new Secret("s3cret")),
                List.of("a", "5"),
                List.of("sun"),
                Map.of("a", "b"),
                Map.of("a", 17),
                Optional.of(new Partition("id", 16)),
                new Topic(4, Optional.of(Duration.ofDays(7)))));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "tasks       | four       | Cannot use \"four\": expected a whole number up to 2147483647",
        "tasks       | 2147483648 | Cannot use \"2147483648\": expected a whole number up to"
            + " 2147483647",
        "max_rows    | 1.5        | Cannot use \"1.5\": expected a whole number up to"
            + " 9223372036854775807",
        "strict      | yes        | Cannot use \"yes\": expected true or false",
        "timeout     | 10         | Cannot read \"10\" as a span of time: expected a number with"
            + " ms, s, m, h, d or w, such as 10m",
        "row_group   | much       | Cannot read \"much\" as a size: expected a number with k, m or"
            + " g, such as 512m",
        "compression | snappy     | Cannot use \"snappy\": expected one of none, zstd, lz4_raw",
        "columns     | a          | Expected keys and values, found a single value",
        "partition   | a          | Expected keys and values, found a single value",
        "compresion  | zstd       | Unknown key \"compresion\": did you mean \"compression\"?",
        "Max_Rows    | 5          | Unknown key \"Max_Rows\": did you mean \"max_rows\"?",
        "writers     | 5          | Unknown key \"writers\": known are url, tasks, max_rows,"
            + " strict, timeout, row_group, compression, password, tables, days, columns, weights,"
            + " partition, topic",
      })
  void saysWhatIsWrongAndWhere(String key, String value, String message) {
    assertThat(read(Map.of("url", "u", key, value))).isEmpty();
    assertThat(problems).containsExactly(new Problem(key, message));
  }

  @Test
  void saysWhichShapeWasExpected() {
    read(
        Map.of(
            "url", List.of("u"),
            "tasks", Map.of("a", "b"),
            "tables", Map.of("a", "b"),
            "columns", List.of("a"),
            "partition", List.of("a"),
            "password", Map.of("hidden", "s3cret")));

    assertThat(problems)
        .containsExactly(
            new Problem("url", "Expected a single value, found a list"),
            new Problem("tasks", "Expected a single value, found keys"),
            new Problem("password", "Expected a single value, found keys"),
            new Problem("tables", "Expected a list, found keys"),
            new Problem("columns", "Expected keys and values, found a list"),
            new Problem("partition", "Expected keys and values, found a list"));
  }

  @Test
  void reportsEveryProblemWithItsPlace() {
    Map<String, Object> tree = new HashMap<>();
    tree.put("tables", Arrays.asList("a", null));
    tree.put("columns", new HashMap<>(Map.of("a", Map.of())));
    tree.put("weights", Map.of("light", "feather"));
    tree.put("partition", Map.of("range", 8));
    tree.put("topic", Map.of("retention", "ever"));

    assertThat(read(tree)).isEmpty();
    assertThat(problems)
        .containsExactly(
            new Problem("url", "Missing: Where it is."),
            new Problem("tables.1", "Expected a value, found nothing"),
            new Problem("columns.a", "Expected a single value, found keys"),
            new Problem(
                "weights.light",
                "Cannot use \"feather\": expected a whole number up to 2147483647"),
            new Problem("partition.range", "Unknown key \"range\": did you mean \"ranges\"?"),
            new Problem("partition.column", "Missing: By which column."),
            new Problem(
                "topic.retention",
                "Cannot read \"ever\" as a span of time: expected a number with ms, s, m, h, d or"
                    + " w, such as 10m"));
  }

  @Test
  void aNullIsAsIfItWereLeftOutButNotWithinAMap() {
    Map<String, Object> tree = new HashMap<>();
    tree.put("url", "u");
    tree.put("tasks", null);
    tree.put("password", null);
    tree.put("partition", null);
    assertThat(read(tree)).isPresent();

    Map<String, Object> nothing = new HashMap<>();
    nothing.put("a", null);
    tree.put("columns", nothing);
    assertThat(read(tree)).isEmpty();
    assertThat(problems)
        .containsExactly(new Problem("columns.a", "Expected a value, found nothing"));
  }

  @Test
  void whatARecordRefusesHasItsPlaceToo() {
    assertThat(read(Map.of("url", "u", "partition", Map.of("column", "id", "ranges", 0))))
        .isEmpty();
    assertThat(problems)
        .containsExactly(
            new Problem("partition.ranges", "Cannot use 0 ranges: at least 1 is needed"));
  }

  @Test
  void whatWasReadCannotBeChanged() {
    SampleOptions options =
        read(Map.of("url", "u", "tables", List.of("a"), "columns", Map.of("a", "b"))).orElseThrow();

    assertThatThrownBy(() -> options.tables().add("b"))
        .isInstanceOf(UnsupportedOperationException.class);
    assertThatThrownBy(() -> options.columns().put("b", "c"))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aProblemCanBeSeenFromFurtherOut() {
    assertThat(new Problem("tasks", "m").under("source"))
        .isEqualTo(new Problem("source.tasks", "m"));
    assertThat(new Problem("", "m").under("sinks.0")).isEqualTo(new Problem("sinks.0", "m"));
    assertThat(new Problem("tasks", "m").under("")).isEqualTo(new Problem("tasks", "m"));
  }

  @Test
  void aSecretEndsBeforeTheLineEndOfItsFile() {
    assertThat(read(Map.of("url", "x", "password", " s3cret \r\n")))
        .map(SampleOptions::password)
        .hasValue(Optional.of(new Secret(" s3cret ")));
  }

  private Optional<SampleOptions> read(Map<String, Object> tree) {
    return OptionsReader.read(SampleOptions.class, tree, problems::add);
  }

  /** An option that has null among its choices. */
  record Replacing(
      @Option(value = "What becomes of odd values.", defaultValue = "error") Replacement odd) {
    enum Replacement {
      ERROR,
      NULL
    }
  }

  @Test
  void nullIsAChoiceWhereItIsOne() {
    Map<String, Object> tree = new HashMap<>();
    assertThat(OptionsReader.read(Replacing.class, tree, problems::add))
        .hasValue(new Replacing(Replacing.Replacement.ERROR));
    tree.put("odd", null); // as YAML gives it
    assertThat(OptionsReader.read(Replacing.class, tree, problems::add))
        .hasValue(new Replacing(Replacing.Replacement.NULL));
    assertThat(FlatOptions.flatten(OptionSpec.of(Replacing.class), tree))
        .containsExactly(Map.entry("odd", "null"));
  }
}
