package io.millrace.connect.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.postgres.snapshot.PostgresSourceType;
import io.millrace.connect.selection.Selection;
import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.options.Problem;
import io.millrace.core.stage.SourceType;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.WindowOptions;
import java.time.Duration;
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
    return ((Selection.One<?>) read(tree).selection()).relation().stream();
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
    assertThat(ServiceLoader.load(SourceType.class).stream().map(ServiceLoader.Provider::get))
        .filteredOn(type -> type.name().equals("postgres"))
        .hasSize(1);
    for (String mode : List.of("snapshot", "changes")) {
      PostgresOptions options = read(Map.of("table", "public.trips", "mode", mode));
      assertThat(Class.forName(new PostgresSourceType().connectorClass(options))).isNotNull();
    }
  }

  @Test
  void changesGoToATopicOfTheirOwn() {
    var type = new PostgresSourceType();
    var stream = new StreamId("app", "trips");
    assertThat(type.topics(read(Map.of("table", "public.trips")), stream))
        .containsExactly("app.trips");
    assertThat(type.topics(changes(Map.of()), stream)).containsExactly("app.trips.changes");
  }

  private static PostgresOptions changes(Map<String, ?> options) {
    return read(Map.of("table", "public.trips", "mode", "changes", "changes", options));
  }

  @Test
  void slotAndPublicationAreNamedAfterThePipeline() {
    ChangeOptions unnamed = changes(Map.of()).changes();
    assertThat(unnamed.slotOf("my-trips")).isEqualTo("millrace_my_trips");
    assertThat(unnamed.publicationOf("my-trips")).isEqualTo("millrace_my_trips");
    ChangeOptions named = changes(Map.of("slot", "s_1", "publication", "All Trips")).changes();
    assertThat(named.slotOf("my-trips")).isEqualTo("s_1");
    assertThat(named.publicationOf("my-trips")).isEqualTo("All Trips");
    assertThatThrownBy(() -> unnamed.slotOf("p".repeat(60)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("source.changes.slot");
  }

  @ParameterizedTest
  @CsvSource({
    "slot,My-Slot",
    "publication,''",
    "buckets,0",
    "buckets,1025",
    "tick,0s",
    "batch_age,1ms",
    "heartbeat,1ms"
  })
  void refusesWhatCannotBeOfChanges(String key, String value) {
    assertThat(problems(Map.of("table", "public.trips", "changes", Map.of(key, value))))
        .extracting(Problem::path)
        .containsExactly("changes." + key);
  }

  @Test
  void aQueryHasNoChanges() {
    assertThat(problems(Map.of("query", "SELECT 1 AS a", "stream", "one", "mode", "changes")))
        .extracting(Problem::path)
        .containsExactly("query");
  }

  @Test
  void runsOfChangesAreWindowsOfTheirCommits() {
    var type = new PostgresSourceType();
    PostgresOptions options = changes(Map.of());
    type.checkRuns(options, null);
    type.checkRuns(options, WindowOptions.OF_CHANGES);
    assertThat(WindowOptions.OF_CHANGES.layout()).isEqualTo("windows of 1h of _commit_at in UTC");
    assertRefused("run.column", options, windows("at", Duration.ZERO, 0));
    assertRefused("run.delay", options, windows("_commit_at", Duration.ofHours(1), 0));
    assertRefused("run.recheck", options, windows("_commit_at", Duration.ZERO, 1));
    PostgresOptions snapshot = read(Map.of("table", "public.trips"));
    type.checkRuns(snapshot, null);
    type.checkRuns(snapshot, windows("at", Duration.ofHours(1), 1));
    assertRefused("run.column", snapshot, WindowOptions.OF_CHANGES);
  }

  private static WindowOptions windows(String column, Duration delay, int recheck) {
    return new WindowOptions(column, Duration.ofHours(1), delay, "UTC", recheck, NullRows.ERROR);
  }

  private static void assertRefused(String key, PostgresOptions options, WindowOptions windows) {
    assertThatThrownBy(() -> new PostgresSourceType().checkRuns(options, windows))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.key()).hasValue(key));
  }
}
