package io.millrace.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.options.OptionsReader;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.wire.ArrowCodec;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.runtime.sink.TestAttempt;
import io.millrace.sinks.files.ParquetSinkOptions;
import io.millrace.sinks.files.ParquetSinkType;
import io.millrace.sinks.store.LocalStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The judges of the fault tests notice every damage that they are there for. */
class LedgerInspectionTest {
  private static final String PIPELINE = "judged";
  private static final String SINK = "lake";
  private static final Path LEDGER = Path.of("_millrace", PIPELINE, SINK);

  @TempDir private Path folder;
  private final TwoPlans plans = TwoPlans.of(PIPELINE);
  private Path root;
  private LocalStore store;

  @BeforeEach
  void load() {
    root = folder.resolve("lake");
    store = new LocalStore(root, new Nonces(new Random(1)));
    var context =
        new SinkContext(
            PIPELINE,
            SINK,
            SinkContext.SNAPSHOT,
            "cluster",
            folder,
            new Nonces(new Random(2)),
            InstantSource.system());
    try (Sink sink = new ParquetSinkType().open(context, options());
        var allocator = new RootAllocator()) {
      load(sink, allocator, plans.first());
      load(sink, allocator, plans.second());
    }
  }

  private static ParquetSinkOptions options() {
    return OptionsReader.read(
            ParquetSinkOptions.class,
            Map.of(),
            problem -> {
              throw new AssertionError(problem);
            })
        .orElseThrow();
  }

  private static void load(Sink sink, RootAllocator allocator, List<TestAttempt> plan) {
    var open = new OpenPlan(plan.get(0).unit().plannedRun(), plan.size());
    sink.ledger().open(open);
    for (TestAttempt attempt : plan) {
      List<byte[]> batches = attempt.withoutEnd().stream().map(ProducerRecord::value).toList();
      var schema = ArrowCodec.schema(ByteBuffer.wrap(batches.get(0)));
      try (var session = sink.begin(attempt.unit(), schema)) {
        for (byte[] batch : batches) {
          try (var rows = ArrowCodec.decode(ByteBuffer.wrap(batch), allocator)) {
            session.append(rows);
          }
        }
        int rows = attempt.ids().size();
        var log = new LogRange(attempt.unit().stream().topic(), "id", 0, 0, 3, 0, rows);
        var headers = new HashMap<String, String>();
        attempt
            .records()
            .get(0)
            .headers()
            .forEach(h -> headers.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
        assertThat(
                sink.ledger()
                    .mark(
                        new UnitMarker(
                            attempt.unit(),
                            plan.size(),
                            HeaderCodec.decode(headers).reading().attempt(),
                            rows,
                            session.finish(),
                            log,
                            sink.fingerprint())))
            .isTrue();
      }
    }
    assertThat(sink.ledger().settle(open)).isInstanceOf(PlanState.Live.class);
  }

  private LedgerInspection inspection() {
    return LedgerInspection.of(store, PIPELINE, SINK);
  }

  private List<String> violations() {
    return inspection().violations();
  }

  private List<Long> ids() {
    return RowsCheck.ids(store, inspection().files());
  }

  private Path someFile() {
    return root.resolve(inspection().files().get(1));
  }

  /** Every file of the ledger below a folder of it. */
  private List<Path> documents(String below) throws IOException {
    try (var files = Files.walk(root.resolve(LEDGER).resolve(below))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }

  /** Writes a file anew with what the query makes of it. */
  private void rewrite(String query) throws IOException, SQLException {
    Path file = someFile();
    Path changed = folder.resolve("changed.parquet");
    try (var duck = DriverManager.getConnection("jdbc:duckdb:")) {
      duck.createStatement()
          .execute("COPY (%s) TO '%s' (FORMAT parquet)".formatted(query.formatted(file), changed));
    }
    Files.move(changed, file, StandardCopyOption.REPLACE_EXISTING);
  }

  private void change(Path document, String from, String to) throws IOException {
    String json = Files.readString(document);
    assertThat(json).contains(from);
    Files.writeString(document, json.replace(from, to));
  }

  @Test
  void findNothingWrongWithWhatWasLoaded() {
    assertThat(violations()).isEmpty();
    assertThat(inspection().files()).hasSize(3);
    assertThat(ids()).isEqualTo(plans.ids()).hasSize(750);
  }

  @Test
  void noticeADroppedRow() throws Exception {
    rewrite("SELECT * FROM '%s' WHERE id %% 10000 <> 7");
    assertThat(ids()).hasSize(749).isNotEqualTo(plans.ids());
    assertThat(violations()).singleElement().asString().startsWith("I6").contains("is not what");
  }

  @Test
  void noticeARowThatIsThereTwice() throws Exception {
    rewrite("SELECT * FROM '%1$s' UNION ALL SELECT * FROM '%1$s' WHERE id %% 10000 = 7");
    assertThat(ids()).hasSize(751).isNotEqualTo(plans.ids());
    assertThat(violations()).singleElement().asString().startsWith("I6").contains("is not what");
  }

  @Test
  void noticeAnAlteredRow() throws Exception {
    rewrite("SELECT CASE WHEN id %% 10000 = 7 THEN 8 ELSE id END AS id FROM '%s'");
    assertThat(ids()).hasSize(750).isNotEqualTo(plans.ids());
    assertThat(violations()).singleElement().asString().startsWith("I6").contains("is not what");
  }

  @Test
  void noticeAMissingFile() throws Exception {
    Files.delete(someFile());
    assertThat(violations()).singleElement().asString().startsWith("I6").contains("is not there");
  }

  @Test
  void noticeAForeignFile() throws Exception {
    Files.copy(someFile(), someFile().resolveSibling("foreign.parquet"));
    assertThat(violations()).singleElement().asString().startsWith("I2").contains("foreign");
  }

  @Test
  void noticeTheFilesOfAnEarlierPlanThatCameBack() throws Exception {
    Path earlier = documents("units").get(0);
    String path = Files.readString(earlier).replaceAll("(?s).*\"path\":\"([^\"]+)\".*", "$1");
    Files.copy(someFile(), root.resolve(path));
    assertThat(violations()).singleElement().asString().startsWith("I2").contains(path);
  }

  @Test
  void noticeAMissingMarker() throws Exception {
    List<Path> markers = documents("units");
    Files.delete(markers.get(markers.size() - 1));
    assertThat(violations())
        .anySatisfy(violation -> assertThat(violation).startsWith("I1").contains("2 markers"))
        .anySatisfy(violation -> assertThat(violation).startsWith("I2").contains("is visible"));
  }

  @Test
  void noticeAFileThatTwoMarkersName() throws Exception {
    List<Path> markers = documents("units");
    Path last = markers.get(markers.size() - 1);
    String other = Files.readString(markers.get(markers.size() - 2));
    Files.writeString(last, other.replace("\"part-1\"", "\"part-2\""));
    assertThat(violations())
        .anySatisfy(violation -> assertThat(violation).startsWith("I2").contains("named twice"));
  }

  @Test
  void noticeRowsThatTheSourceCountedOtherwise() throws Exception {
    List<Path> markers = documents("units");
    change(markers.get(5), "\"source_rows\":250", "\"source_rows\":251");
    assertThat(violations())
        .anySatisfy(violation -> assertThat(violation).startsWith("I1").contains("part-2"));
  }

  @Test
  void noticeAMissingHeadAndOneThatWentBack() throws Exception {
    var run = new StreamId(PIPELINE, TwoPlans.STREAM);
    Path heads = root.resolve(LEDGER).resolve("runs").resolve(run.name()).resolve("snapshot");
    Files.copy(heads.resolve("0.json"), heads.resolve("2.json"));
    assertThat(violations())
        .anySatisfy(violation -> assertThat(violation).startsWith("I7").contains("went from"));
    Files.delete(heads.resolve("1.json"));
    assertThat(violations())
        .anySatisfy(violation -> assertThat(violation).startsWith("I7").contains("not there"));
  }

  @Test
  void noticeWhatIsLeftUnsettled() throws Exception {
    for (String left : List.of("open/rides/snapshot/p", "staging/rides/snapshot/p/x.staged")) {
      Path file = root.resolve(LEDGER).resolve(left);
      Files.createDirectories(file.getParent());
      Files.writeString(file, "{}");
    }
    assertThat(violations())
        .hasSize(2)
        .allSatisfy(violation -> assertThat(violation).startsWith("I6").contains("still"));
  }

  @Test
  void noticeANoteThatIsMissing() throws Exception {
    for (Path note : documents("runs")) {
      if (note.endsWith("1.removed")) {
        Files.delete(note);
      }
    }
    assertThat(violations()).singleElement().asString().startsWith("I2").contains("removed");
  }
}
