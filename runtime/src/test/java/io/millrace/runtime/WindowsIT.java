package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that are windows, with the whole path: their union is the table. */
class WindowsIT {
  private static final int INTERRUPTED = 130;

  @TempDir private static Path servers;
  private static Cluster cluster;
  private static Connection sql;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws Exception {
    cluster = new Cluster(servers, 1);
    sql = DriverManager.getConnection(cluster.url(), cluster.user(), "");
  }

  @AfterAll
  static void stop() throws Exception {
    sql.close();
    cluster.close();
  }

  @BeforeEach
  void create() throws SQLException {
    execute("DROP TABLE IF EXISTS public.rides");
    execute("CREATE TABLE public.rides (id bigserial PRIMARY KEY, at timestamptz, note text)");
    execute("CREATE INDEX ON public.rides (at)");
  }

  private static void execute(String statement) throws SQLException {
    sql.createStatement().execute(statement);
  }

  private static void insert(String times) throws SQLException {
    execute("INSERT INTO public.rides (at, note) SELECT t, md5(t::text) FROM " + times);
  }

  private Path pipeline(String name, String run) throws Exception {
    Path source = cluster.pipeline(name, "");
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        Files.readString(source)
            .replace("table: public.trips", "table: public.rides")
            .replace("source:", "run: " + run + "\nsource:"));
    return file;
  }

  private JsonNode run(Path pipeline, String... more) throws Exception {
    var arguments = new ArrayList<>(List.of("run", pipeline.toString(), "--json"));
    arguments.addAll(List.of(more));
    try (var run = MillraceProcess.start(folder, arguments.toArray(String[]::new))) {
      assertThat(run.await(PATIENCE)).as(run.err()).isZero();
      return new ObjectMapper().readTree(run.out()).path("loads");
    }
  }

  private void assertUnionIsTheTable(Path pipeline) throws SQLException {
    Lake.assertSameRows(folder, pipeline, cluster.url(), cluster.user(), "public.rides");
  }

  private static Set<String> runs(JsonNode loads) {
    var runs = new TreeSet<String>();
    loads.forEach(load -> runs.add(load.path("run").asText()));
    return runs;
  }

  @Test
  void eachHourOfADayWhoseClockIsPutBackIsARun() throws Exception {
    insert("generate_series('2025-10-25 22:00Z'::timestamptz, '2025-10-26 22:59Z', '7 min') t");
    Path pipeline = pipeline("dst", "{column: at, every: 1h, time_zone: Europe/Berlin}");
    String day = "2025-10-25T22:00Z..2025-10-26T23:00Z";

    Set<String> runs = runs(run(pipeline, "--run", day));

    assertThat(runs)
        .hasSize(25)
        .contains("2025-10-26T02:00+02:00", "2025-10-26T02:00+01:00", "2025-10-26T23:00+01:00");
    assertUnionIsTheTable(pipeline);

    insert("(VALUES ('2025-10-26 00:30Z'::timestamptz), ('2025-10-26 01:30Z')) late(t)");
    run(pipeline, "--run", "2025-10-26..2025-10-26T02:00");
    assertUnionIsTheTable(pipeline);
  }

  @Test
  void lateRowsAreFoundByTheRecheckAndOnlyTheirRunsAreReadAgain() throws Exception {
    insert(
        "generate_series(date_trunc('day', now(), 'UTC') - interval '5 days',"
            + " date_trunc('day', now(), 'UTC') - interval '1 second', '17 min') t");
    execute("DELETE FROM public.rides WHERE at::date = (now() - interval '4 days')::date");
    Path pipeline = pipeline("daily", "{column: at, every: 1d, recheck: 3}");

    JsonNode first = run(pipeline, "--once");

    assertThat(first).hasSize(5);
    assertThat(first).anySatisfy(load -> assertThat(load.path("rows_read").asLong()).isZero());
    assertUnionIsTheTable(pipeline);

    insert("(VALUES (date_trunc('day', now(), 'UTC') - interval '30 hours')) late(t)");
    JsonNode second = run(pipeline, "--once");
    assertThat(second).hasSize(1);
    assertUnionIsTheTable(pipeline);
    assertThat(run(pipeline, "--once")).as("nothing is left to do").isEmpty();
  }

  @Test
  void goesOnUntilItIsStoppedAndGoesOnAgain() throws Exception {
    insert("(VALUES (now() - interval '3 min'), (now() - interval '2 min')) v(t)");
    Path pipeline = pipeline("minutes", "{column: at, every: 1m}");
    try (var run = MillraceProcess.start(folder, "run", pipeline.toString())) {
      await().atMost(PATIENCE).until(() -> Lake.visible(folder.resolve("lake")).size() >= 2);
      assertThat(run.running()).isTrue();
      insert("(VALUES (now())) v(t)");
      await().atMost(PATIENCE).until(() -> Lake.visible(folder.resolve("lake")).size() >= 3);
      run.interrupt();
      assertThat(run.await(PATIENCE)).as(run.err()).isEqualTo(INTERRUPTED);
    }
    assertUnionIsTheTable(pipeline);
    assertThat(run(pipeline, "--run", "2020-01-01..2020-01-01T00:02")).hasSize(2);
    try (var files = MillraceProcess.start(folder, "files", pipeline.toString())) {
      assertThat(files.await(PATIENCE)).isZero();
      assertThat(files.out().lines()).as("a range of its own adds nothing else").hasSize(3);
    }
  }
}
