package io.millrace.sinks.ledger;

import static io.millrace.sinks.ledger.Loader.RUN;
import static io.millrace.sinks.ledger.Loader.STREAM;
import static io.millrace.sinks.ledger.Loader.marker;
import static io.millrace.sinks.ledger.Loader.plan;
import static io.millrace.sinks.ledger.Loader.unit;
import static io.millrace.sinks.ledger.Loader.units;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.sinks.store.LocalStore;
import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StoreLedgerTest {
  @TempDir Path root;

  private final Nonces nonces = new Nonces(new Random(1));
  private Instant now = Instant.parse("2026-11-19T12:00:00Z");
  private ObjectStore store;
  private Loader loader;
  private StoreLedger ledger;

  @BeforeEach
  void open() {
    store = new LocalStore(root, nonces);
    loader = anotherProcess();
    ledger = loader.ledger();
  }

  private Loader anotherProcess() {
    return anotherProcess(Duration.ZERO);
  }

  private Loader anotherProcess(Duration keepSuperseded) {
    return new Loader(store, nonces, () -> now, keepSuperseded);
  }

  @Test
  void aRunBecomesVisibleWithItsLastUnit() throws IOException {
    OpenPlan plan = plan(1, 2);
    List<Unit> units = units(plan);

    assertThat(loader.load(plan, units.subList(0, 1))).isEqualTo(new PlanState.Loading(1, 2));
    assertThat(ledger.head(STREAM, RUN)).isEmpty();
    assertThat(ledger.runs(STREAM)).isEmpty();
    assertThat(lake()).isEmpty();
    assertThat(ledger.openPlans()).containsExactly(plan);

    var head = new RunHead(plan.plan(), 0, 2, 2, 2);
    assertThat(loader.load(plan, units)).isEqualTo(new PlanState.Live(head));
    assertThat(ledger.head(STREAM, RUN)).hasValue(head);
    assertThat(ledger.published(STREAM, RUN)).hasValue(head);
    assertThat(ledger.runs(STREAM)).containsExactly(RUN);
    assertThat(rows(head)).containsExactly(units.get(0).toString(), units.get(1).toString());
    assertThat(ledger.files(head)).containsExactlyInAnyOrderElementsOf(lake());
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void aLaterPlanReplacesTheRun() throws IOException {
    loader.load(plan(1, 2));
    List<String> old = lake();

    PlanState state = loader.load(plan(2, 3));

    var head = new RunHead(plan(2, 3).plan(), 1, 3, 3, 3);
    assertThat(state).isEqualTo(new PlanState.Live(head));
    assertThat(rows(head)).hasSize(3).allMatch(row -> row.contains("-p2/"));
    assertThat(lake()).doesNotContainAnyElementsOf(old).hasSize(3);
    assertThat(ledger.settle(plan(1, 2))).isEqualTo(new PlanState.Superseded(head));
  }

  @Test
  void aPlanThatIsNotLaterNeverGetsTheHead() throws IOException {
    OpenPlan early = plan(1, 1);
    Staged late = loader.stage(units(early).get(0));
    loader.load(plan(2, 1));
    List<String> live = lake();

    ledger.open(early);
    assertThat(loader.mark(units(early).get(0), 1, late)).isTrue();
    PlanState state = ledger.settle(early);

    assertThat(state).isInstanceOf(PlanState.Superseded.class);
    assertThat(ledger.head(STREAM, RUN).orElseThrow().plan()).isEqualTo(plan(2, 1).plan());
    assertThat(lake()).isEqualTo(live);
    assertThat(staged()).isEmpty();
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void aPlanThatHasTheHeadIsNotHeadedAgain() {
    loader.load(plan(1, 1));

    assertThat(anotherProcess().load(plan(1, 1)))
        .isEqualTo(new PlanState.Live(new RunHead(plan(1, 1).plan(), 0, 1, 1, 1)));
    assertThat(ledger.head(STREAM, RUN).orElseThrow().number()).isZero();
  }

  @Test
  void theFirstMarkerOfAUnitWins() {
    OpenPlan plan = plan(1, 1);
    Unit unit = units(plan).get(0);
    ledger.open(plan);
    Staged first = loader.stage(unit);
    Staged second = loader.stage(unit);

    assertThat(ledger.marker(unit)).isEmpty();
    assertThat(loader.mark(unit, 1, first)).isTrue();
    assertThat(anotherProcess().mark(unit, 1, second)).isFalse();

    assertThat(loader.mark(unit, 1, first)).as("asked again").isTrue();
    assertThat(ledger.marker(unit)).hasValue(marker(unit, 1, first));
    assertThat(ledger.markers(plan.plan())).containsExactly(marker(unit, 1, first));
  }

  @Test
  void whatALoserStagedAndLeftIsSwept() throws IOException {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);
    Staged leftover = loader.stage(units(plan).get(0));
    assertThat(staged()).hasSize(1);

    loader.load(plan);

    assertThat(staged()).isEmpty();
    assertThat(store.read(leftover.files().get(0).path())).isEmpty();
    assertThat(lake()).hasSize(1);
  }

  @Test
  void halvesThatDyingProcessesLeftAreSwept() throws IOException {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);
    Path us = root.resolve("_millrace/taxi/lake");
    for (String half :
        List.of(
            "open/trips/snapshot/.1795171000001-p1.0123456789ab",
            "units/trips/snapshot/1795171000001-p1/.part-0.json.0123456789ab",
            "runs/trips/snapshot/.0.json.0123456789ab")) {
      Files.createDirectories(us.resolve(half).getParent());
      Files.writeString(us.resolve(half), "{");
    }

    loader.load(plan);

    assertThat(files()).noneMatch(file -> file.getFileName().toString().startsWith("."));
    assertThat(us.resolve("open")).doesNotExist();
  }

  @Test
  void anEmptyUnitCountsAndHasNoFile() throws IOException {
    OpenPlan plan = plan(1, 2);

    PlanState state =
        loader.load(plan, List.of(unit(plan, "empty"), unit(plan, "odd name/../with ü")));

    assertThat(state).isEqualTo(new PlanState.Live(new RunHead(plan.plan(), 0, 2, 1, 1)));
    assertThat(lake()).hasSize(1);
  }

  @Test
  void oldFilesStayForTheTimeAsked() throws IOException {
    Loader keeping = anotherProcess(Duration.ofMinutes(10));
    keeping.load(plan(1, 1));
    now = now.plusSeconds(700);
    keeping.settleAll();
    RunHead old = ledger.published(STREAM, RUN).orElseThrow();

    RunHead head = new RunHead(plan(2, 2).plan(), 1, 2, 2, 2);
    assertThat(keeping.load(plan(2, 2))).isEqualTo(new PlanState.Publishing(head));
    assertThat(ledger.published(STREAM, RUN)).hasValue(head);
    assertThat(ledger.openPlans()).containsExactly(plan(2, 2));
    now = now.plusSeconds(599);
    keeping.settleAll();
    assertThat(lake()).containsAll(ledger.files(old)).hasSize(3);

    now = now.plusSeconds(1);
    assertThat(keeping.ledger().settle(plan(2, 2))).isEqualTo(new PlanState.Live(head));
    assertThat(lake()).containsExactlyInAnyOrderElementsOf(ledger.files(head)).hasSize(2);
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void aPlanIsNotListedWhileAUnitIsKnownToBeMissing() {
    var listed = new int[1];
    var counting =
        new SteppedStore(store, () -> listed[0]++) {
          @Override
          public List<String> list(String folder) {
            listed[0] += folder.contains("/units/") ? 1_000 : 0;
            return super.list(folder);
          }
        };
    var counted = new Loader(counting, nonces, () -> now, Duration.ZERO);
    OpenPlan plan = plan(1, 20);
    units(plan).forEach(unit -> assertThat(counted.ledger().marker(unit)).isEmpty());

    counted.load(plan);

    assertThat(listed[0] / 1_000).isLessThan(8);
  }

  @Test
  void whatOthersMarkedIsSeen() {
    OpenPlan plan = plan(1, 2);
    units(plan).forEach(unit -> assertThat(ledger.marker(unit)).isEmpty());
    loader.load(plan, units(plan).subList(0, 1));
    anotherProcess().load(plan);

    assertThat(ledger.settle(plan)).isInstanceOf(PlanState.Live.class);
  }

  @Test
  void runsOfAnyNameAreFoundAgain() {
    var runs =
        List.of(new RunId("2026-11-19T00:00+01:00"), new RunId("a/b"), new RunId("ü".repeat(150)));
    runs.forEach(run -> loader.load(plan(run, 1, 1)));

    assertThat(ledger.runs(STREAM)).containsExactlyInAnyOrderElementsOf(runs);
    assertThat(ledger.runs(new StreamId("taxi", "zones"))).isEmpty();
  }

  @Test
  void headsAreFoundWithoutListing() {
    for (int n = 1; n <= 9; n++) {
      loader.load(plan(n, 1));
    }
    var listing =
        new SteppedStore(store, () -> {}) {
          @Override
          public List<String> list(String folder) {
            throw new AssertionError("listed " + folder);
          }
        };

    var fresh = new Loader(listing, nonces, () -> now, Duration.ZERO).ledger();

    assertThat(fresh.head(STREAM, RUN).orElseThrow().number()).isEqualTo(8);
    assertThat(fresh.published(STREAM, RUN).orElseThrow().number()).isEqualTo(8);
  }

  @Test
  void hintsAreOverwritten() {
    assertThat(ledger.hint("Zm9v", 3)).isEmpty();

    ledger.hint(new LogPosition("Zm9v", 3, 100));
    ledger.hint(new LogPosition("Zm9v", 3, 120));
    ledger.hint(new LogPosition("Zm9v", 4, 7));

    assertThat(ledger.hint("Zm9v", 3)).hasValue(new LogPosition("Zm9v", 3, 120));
    assertThat(ledger.hint("YmFy", 3)).isEmpty();
  }

  @Test
  void aForeignLedgerIsRefused() {
    var context = Loader.context("kafka-2", nonces, () -> now);

    for (Runnable call :
        List.<Runnable>of(
            () -> StoreLedger.open(store, context, Duration.ZERO),
            () -> StoreLedger.check(store, context))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.category()).isEqualTo(Category.TARGET))
          .hasMessageContaining(root + "/_millrace/taxi/lake/ledger.json")
          .hasMessageContaining("belongs to Kafka cluster \"kafka-1\", and this is \"kafka-2\"")
          .hasMessageContaining("give the sink another path or name");
    }
    assertThat(StoreLedger.look(store, context).runs(STREAM)).isEmpty();
  }

  @Test
  void anotherLayoutOfRunsIsRefused() {
    var context = Loader.context("windows of 1d of at in UTC", "kafka-1", nonces, () -> now);

    for (Runnable call :
        List.<Runnable>of(
            () -> StoreLedger.open(store, context, Duration.ZERO),
            () -> StoreLedger.check(store, context),
            () -> StoreLedger.look(store, context))) {
      assertThatThrownBy(call::run)
          .isInstanceOfSatisfying(
              MillraceException.class, e -> assertThat(e.category()).isEqualTo(Category.TARGET))
          .hasMessage(
              "Cannot use the ledger %s: its runs are \"snapshot\", and run: in the pipeline's file"
                  + " says \"windows of 1d of at in UTC\", which would give the same rows new"
                  + " names; write run: as it was, give the sink another path or name, or move the"
                  + " data and _millrace in that path away to load it anew",
              root + "/_millrace/taxi/lake/ledger.json");
    }
  }

  @Test
  void theSameLayoutOpensAgain(@TempDir Path empty) {
    var elsewhere = new LocalStore(empty, nonces);
    var context = Loader.context("windows of 1d of at in UTC", "kafka-1", nonces, () -> now);
    StoreLedger.open(elsewhere, context, Duration.ZERO);

    StoreLedger.check(elsewhere, context);
    StoreLedger.look(elsewhere, context);
    StoreLedger.open(elsewhere, context, Duration.ZERO);

    var snapshot = Loader.context("kafka-1", nonces, () -> now);
    assertThatThrownBy(() -> StoreLedger.check(elsewhere, snapshot))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("its runs are \"windows of 1d of at in UTC\"")
        .hasMessageContaining("says \"snapshot\"");
  }

  /** Ledgers were written before there were windows. */
  @Test
  void aLedgerWithoutALayoutHoldsSnapshots() {
    String key = new LedgerKeys("taxi", "lake").identity();
    String json = text(key).replace(",\"layout\":\"snapshot\"", "");
    store.overwrite(key, json.getBytes(UTF_8));
    assertThat(text(key)).doesNotContain("layout");

    StoreLedger.open(store, Loader.context("kafka-1", nonces, () -> now), Duration.ZERO);
    var windows = Loader.context("windows of 1d of at in UTC", "kafka-1", nonces, () -> now);
    assertThatThrownBy(() -> StoreLedger.open(store, windows, Duration.ZERO))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("its runs are \"snapshot\"");
  }

  @Test
  void whoOnlyLooksWritesNothing(@TempDir Path empty) {
    var elsewhere = new LocalStore(empty, nonces);
    var context = Loader.context("kafka-1", nonces, () -> now);

    StoreLedger.check(elsewhere, context);
    assertThat(StoreLedger.look(elsewhere, context).openPlans()).isEmpty();

    assertThat(empty).isEmptyDirectory();
  }

  @Test
  void aFutureVersionIsRefused() {
    OpenPlan plan = plan(1, 1);
    Unit unit = units(plan).get(0);
    loader.load(plan);
    String key = new LedgerKeys("taxi", "lake").marker(unit);
    String json = new String(store.read(key).orElseThrow(), UTF_8);

    store.overwrite(key, json.replace("\"version\":1", "\"version\":2").getBytes(UTF_8));
    assertThatThrownBy(() -> ledger.marker(unit))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(key)
        .hasMessageContaining("version \"2\" and this Millrace reads 1");

    store.overwrite(key, json.replace("\"writer\"", "\"wrote\"").getBytes(UTF_8));
    assertThatThrownBy(() -> ledger.marker(unit))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining(key);
  }

  @Test
  void aPlanHasOneSize() {
    ledger.open(plan(1, 2));
    ledger.open(plan(1, 2));

    assertThatThrownBy(() -> ledger.open(plan(1, 3)))
        .isInstanceOfSatisfying(
            MillraceException.class, e -> assertThat(e.category()).isEqualTo(Category.PROTOCOL))
        .hasMessageContaining("with 3 units: the ledger knows it with 2");
    loader.load(plan(2, 3), units(plan(2, 3)).subList(0, 2));
    assertThatThrownBy(() -> ledger.settle(plan(2, 2)))
        .hasMessageContaining("the marker of part-0 says 3");
    assertThatThrownBy(() -> ledger.settle(plan(2, 1)))
        .hasMessageContaining("it has 1 units and 2 markers");
  }

  @Test
  void filesThatVanishedBeforeTheirPublicationAreReported() {
    OpenPlan plan = plan(1, 1);
    Unit unit = units(plan).get(0);
    ledger.open(plan);
    Staged staged = loader.stage(unit);
    loader.mark(unit, 1, staged);
    store.delete(List.of(staged.files().get(0).staged()));

    assertThatThrownBy(() -> ledger.settle(plan))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("1 of its 1 files are gone")
        .hasMessageContaining(staged.files().get(0).staged());
    assertThat(ledger.published(STREAM, RUN)).isEmpty();

    assertThat(loader.load(plan(2, 1)))
        .as("a new reading cures it")
        .isInstanceOf(PlanState.Live.class);
  }

  @Test
  void aMarkerNamesFilesWhereTheyCanBeSwept() {
    Unit unit = units(plan(1, 1)).get(0);
    var elsewhere = new Staged("w", List.of(new StagedFile("tmp/x", "trips/x", 1, 1, "0")));

    assertThatThrownBy(() -> ledger.mark(marker(unit, 1, elsewhere)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("tmp/x");
  }

  @Test
  void theStreamOfAnotherPipelineIsRefused() {
    var foreign = new PlannedRun(new StreamId("bikes", "trips"), RUN, plan(1, 1).plan().plan());

    assertThatThrownBy(() -> ledger.open(new OpenPlan(foreign, 1)))
        .isInstanceOf(MillraceException.class)
        .hasMessageContaining("bikes");
  }

  /** Other versions and other programs read these documents. */
  @Test
  void documentsKeepTheirForm() {
    OpenPlan plan = plan(1, 1);
    Unit unit = units(plan).get(0);
    var staged =
        new Staged(
            "w1", List.of(new StagedFile(ledger.staged(unit, "w1"), "trips/x", 5, 9, "00c0ffee")));
    ledger.open(plan);
    ledger.mark(marker(unit, 1, staged));
    ledger.hint(new LogPosition("Zm9v", 3, 100));

    String us = "_millrace/taxi/lake/";
    assertThat(text(us + "ledger.json"))
        .matches(
            "\\{\"version\":1,\"pipeline\":\"taxi\",\"sink\":\"lake\",\"cluster\":\"kafka-1\","
                + "\"layout\":\"snapshot\",\"ledger\":\"[a-z0-9]{12}\"\\}\n");
    assertThat(text(us + "open/trips/snapshot/1795171000001-p1"))
        .isEqualTo(
            "{\"version\":1,\"stream\":\"trips\",\"run\":\"snapshot\","
                + "\"plan\":\"1795171000001-p1\",\"size\":1}\n");
    assertThat(text(us + "units/trips/snapshot/1795171000001-p1/part-0.json"))
        .isEqualTo(
            "{\"version\":1,\"stream\":\"trips\",\"run\":\"snapshot\",\"plan\":\"1795171000001-p1\",\"partition\":\"part-0\",\"plan_size\":1,\"attempt\":{\"number\":1,\"nonce\":\"attempt1\",\"started_at\":\"2026-11-19T10:00:00Z\"},\"source_rows\":5,\"writer\":\"w1\",\"files\":[{\"path\":\"trips/x\",\"staged\":\"_millrace/taxi/lake/staging/trips/snapshot/1795171000001-p1/part-0-w1.staged\",\"rows\":5,\"bytes\":9,\"crc32c\":\"00c0ffee\"}],\"log\":{\"topic\":\"taxi.trips\",\"topic_id\":\"Zm9vYmFy\",\"partition\":0,\"first\":100,\"last\":110,\"leader_epoch\":3,\"rows\":10},\"fingerprint\":\"parquet-1\",\"abandoned\":\"\",\"log_elsewhere\":[],\"point\":[]}\n");
    assertThat(text(us + "hints/Zm9v/3.json"))
        .matches(
            "\\{\"version\":1,\"ledger\":\"[a-z0-9]{12}\",\"topic_id\":\"Zm9v\",\"partition\":3,\"offset\":100\\}\n");
  }

  @Test
  void noticesThatItWasRemovedOrReplaced() {
    String key = "_millrace/taxi/lake/ledger.json";
    byte[] ours = store.read(key).orElseThrow();
    store.delete(List.of(key));
    for (int round = 0; round < 2; round++) {
      assertThatThrownBy(() -> ledger.openPlans())
          .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.retriable()).isFalse())
          .hasMessageStartingWith("The ledger " + root.resolve(key) + " is gone");
      assertThatThrownBy(() -> ledger.hint(new LogPosition("Zm9v", 3, 100)))
          .hasMessageContaining("is gone");
      assertThat(anotherProcess().ledger().openPlans()).isEmpty();
    }
    store.overwrite(key, ours);
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void knowsNoHintsOfALedgerBeforeIt() {
    ledger.hint(new LogPosition("Zm9v", 3, 100));
    assertThat(anotherProcess().ledger().hint("Zm9v", 3)).isPresent();
    store.delete(List.of("_millrace/taxi/lake/ledger.json"));
    assertThat(anotherProcess().ledger().hint("Zm9v", 3)).isEmpty();
  }

  @Test
  void knowsTheHintsThatWereWrittenBeforeLedgersHadANonce() {
    store.delete(List.of("_millrace/taxi/lake/ledger.json"));
    store.overwrite(
        "_millrace/taxi/lake/ledger.json",
        "{\"version\":1,\"pipeline\":\"taxi\",\"sink\":\"lake\",\"cluster\":\"kafka-1\"}"
            .getBytes(UTF_8));
    store.overwrite(
        "_millrace/taxi/lake/hints/Zm9v/3.json",
        "{\"version\":1,\"topic_id\":\"Zm9v\",\"partition\":3,\"offset\":100}".getBytes(UTF_8));
    assertThat(anotherProcess().ledger().hint("Zm9v", 3)).hasValue(new LogPosition("Zm9v", 3, 100));
  }

  @Test
  void markersSayWhereTheRestOfASplitUnitLies() {
    OpenPlan plan = plan(1, 1);
    Unit unit = units(plan).get(0);
    UnitMarker whole = marker(unit, 1, new Staged("w1", List.of()));
    var log =
        new LogRange(
            "taxi.trips",
            "Zm9vYmFy",
            0,
            100,
            110,
            3,
            10,
            List.of(new LogSpan("taxi.trips", "Zm9vYmFy", 1, 7, 9)));
    var marker =
        new UnitMarker(unit, 1, whole.attempt(), 10, whole.staged(), log, whole.fingerprint());
    ledger.open(plan);
    ledger.mark(marker);
    assertThat(anotherProcess().ledger().marker(unit)).hasValue(marker);

    String key = "_millrace/taxi/lake/units/trips/snapshot/1795171000001-p1/part-0.json";
    String before = text(key).replaceAll(",\"log_elsewhere\":\\[.*]", "");
    store.delete(List.of(key));
    store.overwrite(key, before.getBytes(UTF_8));
    assertThat(anotherProcess().ledger().marker(unit).orElseThrow().log().elsewhere()).isEmpty();
  }

  @Test
  void headsAndNotesKeepTheirForm() {
    loader.load(plan(1, 1));

    String run = "_millrace/taxi/lake/runs/trips/snapshot/";
    assertThat(text(run + "0.json"))
        .matches(
            "\\{\"version\":1,\"stream\":\"trips\",\"run\":\"snapshot\",\"plan\":\"1795171000001-p1\",\"number\":0,\"units\":1,\"rows\":1,\"source_rows\":1,\"abandoned_units\":0,\"fingerprints\":1,\"writer\":\"[a-z0-9]{12}\",\"at\":\"2026-11-19T12:00:00Z\"}\n");
    String note = "\\{\"version\":1,\"writer\":\"[a-z0-9]{12}\",\"at\":\"2026-11-19T12:00:00Z\"}\n";
    assertThat(text(run + "0.published")).matches(note);
    assertThat(text(run + "0.removed")).matches(note);
    assertThat(store.list("_millrace/taxi/lake/runs")).hasSize(3);
  }

  private String text(String key) {
    return new String(store.read(key).orElseThrow(), UTF_8);
  }

  private List<String> rows(RunHead head) {
    return ledger.files(head).stream()
        .flatMap(
            file -> {
              try {
                return Files.readAllLines(Path.of(file)).stream();
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            })
        .sorted()
        .toList();
  }

  /** What somebody sees who lists the folder. */
  private List<String> lake() throws IOException {
    return files()
        .filter(f -> !f.startsWith(root.resolve("_millrace")))
        .map(Path::toString)
        .toList();
  }

  private List<String> staged() throws IOException {
    return files().filter(f -> f.toString().endsWith(".staged")).map(Path::toString).toList();
  }

  private Stream<Path> files() throws IOException {
    try (Stream<Path> walk = Files.walk(root)) {
      return walk.filter(Files::isRegularFile).sorted().toList().stream();
    }
  }
}
