package io.millrace.connect.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import io.millrace.core.stage.SourceType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the options without a database. */
class PostgresOptionsTest {
  private static PostgresOptions read(Map<String, ?> tree) {
    var problems = new ArrayList<Problem>();
    return OptionsReader.read(PostgresOptions.class, tree, problems::add)
        .orElseThrow(() -> new AssertionError(problems));
  }

  private static List<Problem> problems(Map<String, ?> tree) {
    var problems = new ArrayList<Problem>();
    assertThat(OptionsReader.read(PostgresOptions.class, tree, problems::add)).isEmpty();
    return problems;
  }

  private static String stream(Map<String, ?> tree) {
    return ((Selection.One) read(tree).selection()).relation().stream();
  }

  @Test
  void theStreamIsNamedAfterTheTable() {
    assertThat(stream(Map.of("table", "public.Trips"))).isEqualTo("trips");
    assertThat(stream(Map.of("table", "public.Trips", "stream", "rides"))).isEqualTo("rides");
    assertThat(problems(Map.of("table", "public.My Trips")))
        .singleElement()
        .satisfies(
            problem -> {
              assertThat(problem.path()).isEqualTo("stream");
              assertThat(problem.message()).contains("my trips").contains("stream:");
            });
  }

  @ParameterizedTest
  @CsvSource({"table,trips", "table,public.", "batch_bytes,1k", "tasks,0", "stream,A"})
  void refusesWhatCannotBe(String key, String value) {
    var tree = new HashMap<String, String>(Map.of("table", "public.trips"));
    tree.put(key, value);
    assertThat(problems(tree)).extracting(Problem::path).containsExactly(key);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "jdbc:mysql://host/db?password=s3cret",
        "postgresql://me:s3cret@host/db",
        "jdbc:postgresql://me:s3cret@host/db",
        "jdbc:postgresql://host:port/db?password=s3cret"
      })
  void aBadUrlIsRefusedWithoutQuotingItsSecrets(String url) {
    PostgresOptions options = read(Map.of("table", "public.trips", "url", url));
    assertThatThrownBy(options::server)
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.key()).contains("url"))
        .hasMessageNotContaining("s3cret")
        .hasMessageContaining("jdbc:postgresql://");
  }

  @Test
  void withoutAUrlThereIsNoServer() {
    assertThatThrownBy(() -> read(Map.of("table", "public.trips")).server())
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.key()).contains("url"));
  }

  @Test
  void aServerIsNamedWithoutItsParameters() {
    var options =
        read(
            Map.of(
                "table", "public.trips",
                "url", "jdbc:postgresql://db.example:5433/app?password=s3cret&ssl=true"));
    assertThat(options.server().name()).isEqualTo("db.example:5433/app");
  }

  @Test
  void theTypeIsFoundByItsName() throws ClassNotFoundException {
    var types =
        ServiceLoader.load(SourceType.class).stream().map(ServiceLoader.Provider::get).toList();
    assertThat(types).hasSize(1);
    assertThat(types.get(0).name()).isEqualTo("postgres");
    assertThat(Class.forName(types.get(0).connectorClass())).isNotNull();
  }
}
