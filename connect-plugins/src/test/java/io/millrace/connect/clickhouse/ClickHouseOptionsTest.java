package io.millrace.connect.clickhouse;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.selection.Selection;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the options without a server. */
class ClickHouseOptionsTest {
  private static final String URL = "https://clickhouse:8443";

  private static ClickHouseOptions read(Map<String, ?> more) {
    var problems = new ArrayList<Problem>();
    return OptionsReader.read(ClickHouseOptions.class, tree(more), problems::add)
        .orElseThrow(() -> new AssertionError(problems));
  }

  private static List<Problem> problems(Map<String, ?> more) {
    var problems = new ArrayList<Problem>();
    assertThat(OptionsReader.read(ClickHouseOptions.class, tree(more), problems::add)).isEmpty();
    return problems;
  }

  private static Map<String, Object> tree(Map<String, ?> more) {
    var tree = new HashMap<String, Object>();
    tree.put("url", URL);
    tree.putAll(more);
    return tree;
  }

  private static String stream(Map<String, ?> tree) {
    return ((Selection.One<?>) read(tree).selection()).relation().stream();
  }

  @Test
  void theStreamIsNamedAfterTheTable() {
    assertThat(stream(Map.of("table", "shop.Orders"))).isEqualTo("orders");
    assertThat(stream(Map.of("table", "shop.Orders", "stream", "sales"))).isEqualTo("sales");
    assertThat(problems(Map.of("table", "shop.My Orders")))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("stream");
              assertThat(problem.message()).contains("my orders").contains("stream:");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "table,orders",
    "table,shop.",
    "batch_bytes,1k",
    "tasks,0",
    "stream,A",
    "compression,zip"
  })
  void refusesWhatCannotBe(String key, String value) {
    var tree = new HashMap<String, String>(Map.of("table", "shop.orders"));
    tree.put(key, value);
    assertThat(problems(tree)).extracting(Problem::path).containsExactly(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "clickhouse:8443",
        "jdbc:clickhouse://host",
        "http://ingest:un-guessable@host:8123",
        "http://host:8123?password=un-guessable",
        "http://un guessable"
      })
  void refusesOtherUrlsAndShowsNoSecretInThem(String url) {
    for (Map<String, ?> tree :
        List.of(
            Map.of("table", "shop.orders", "url", url),
            Map.of("table", "shop.orders", "replicas", List.of(url)))) {
      assertThat(problems(tree))
          .singleElement()
          .satisfies(
              problem -> {
                assertThat(problem.path()).isIn("url", "replicas");
                assertThat(problem.message()).contains("https://").doesNotContain("guessable");
              });
    }
  }

  @Test
  void oneOfTableTablesAndQueryIsNeeded() {
    assertThat(problems(Map.of())).extracting(Problem::path).containsExactly("table");
    assertThat(problems(Map.of("table", "a.b", "query", "SELECT 1", "stream", "one")))
        .extracting(Problem::path)
        .containsExactly("table");
    assertThat(problems(Map.of("query", "SELECT 1")))
        .extracting(Problem::path)
        .containsExactly("stream");
    assertThat(problems(Map.of("tables", List.of("a.*"), "stream", "one")))
        .extracting(Problem::path)
        .containsExactly("stream");
    assertThat(read(Map.of("tables", List.of("a.*"))).selection())
        .isInstanceOf(Selection.Several.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"default_format", "output_format_native_write_json_as_string", "readonly", "a b"})
  void refusesSettingsThatChangeWhatAnAnswerIs(String setting) {
    Map<String, ?> tree = Map.of("table", "a.b", "settings", Map.of(setting, "1"));
    assertThat(problems(tree))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("settings");
              assertThat(problem.message()).contains(setting);
            });
  }

  @Test
  void refusesWhatDoesNotGoTogether() {
    Map<String, ?> nulls = Map.of("table", "a.b", "format", "arrow", "on_unrepresentable", "null");
    assertThat(problems(nulls)).extracting(Problem::path).containsExactly("on_unrepresentable");
    for (int connections : new int[] {0, 65}) {
      assertThat(problems(Map.of("table", "a.b", "connections", connections)))
          .extracting(Problem::path)
          .containsExactly("connections");
    }
  }

  @Test
  void theServerIsAllThatIsGiven() {
    var server =
        read(Map.of(
                "table",
                "a.b",
                "replicas",
                List.of("https://second:8443"),
                "password",
                "un-guessable",
                "settings",
                Map.of("max_threads", "2")))
            .server();

    assertThat(server.endpoints())
        .containsExactly(URI.create(URL), URI.create("https://second:8443"));
    assertThat(server.settings()).containsExactly(Map.entry("max_threads", "2"));
    assertThat(server.user()).isEqualTo("default");
    assertThat(server.toString()).doesNotContain("un-guessable");
  }
}
