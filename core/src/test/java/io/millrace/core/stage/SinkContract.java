package io.millrace.core.stage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.millrace.core.Attempt;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.HeldUnit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.DecimalVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What every sink has to keep: the life of a run from its first staged file to its replacement.
 * Superseded files are to be removed as soon as the sink can; the contract moves the clock on.
 */
public abstract class SinkContract {
  /** What the contract loads: {@code id bigint, name text, amount numeric(10,2)}. */
  protected static final Schema SCHEMA =
      new Schema(
          List.of(
              Field.notNullable("id", new ArrowType.Int(64, true)),
              Field.nullable("name", ArrowType.Utf8.INSTANCE),
              Field.nullable("amount", new ArrowType.Decimal(10, 2, 128))));

  private static final StreamId TRIPS = new StreamId("lab", "trips");
  private static final RunId RUN = RunId.SNAPSHOT;
  private static final int THREADS = 6;

  private final BufferAllocator allocator = new RootAllocator();
  private final Nonces nonces = new Nonces(new Random(1));
  private final List<Sink> opened = new ArrayList<>();
  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-20T10:00:00Z"));

  @TempDir private Path folder;
  private Sink sink;
  private Ledger ledger;

  /** Opens the target that stands for the context's folder: a new folder is a new target. */
  protected abstract Sink open(SinkContext context);

  /** All rows of these files of {@link Ledger#files}: {@code 7 | seven | 7.50}, nulls as null. */
  protected abstract List<String> read(List<String> files);

  /** The names of all files with rows that are in the target, staged or published. */
  protected abstract List<String> stored(SinkContext context);

  @BeforeEach
  void open() {
    sink = openAgain();
    ledger = sink.ledger();
  }

  @AfterEach
  void nothingLeaks() {
    opened.forEach(Sink::close);
    allocator.close();
  }

  @Test
  void aNewTargetKnowsNothing() {
    assertThat(ledger.openPlans()).isEmpty();
    assertThat(ledger.runs(TRIPS)).isEmpty();
    assertThat(ledger.head(TRIPS, RUN)).isEmpty();
    assertThat(ledger.published(TRIPS, RUN)).isEmpty();
    assertThat(ledger.marker(unit(1, "0"))).isEmpty();
    assertThat(ledger.markers(plan(1, 1).plan())).isEmpty();
    assertThat(stored()).isEmpty();
  }

  @Test
  void aRunIsVisibleOnceItIsMarkedAndSettled() {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);
    assertThat(ledger.openPlans()).containsExactly(plan);

    Staged staged = stage(unit(1, "0"), 0, 10);
    assertThat(visible(RUN)).isEmpty();

    assertThat(ledger.mark(marker(plan, "0", staged))).isTrue();
    assertThat(ledger.marker(unit(1, "0"))).hasValue(marker(plan, "0", staged));
    assertThat(ledger.published(TRIPS, RUN)).isEmpty();

    var head = new RunHead(plan.plan(), 0, 1, 10, 10);
    assertThat(settle(plan)).isEqualTo(new PlanState.Live(head));
    assertThat(ledger.head(TRIPS, RUN)).hasValue(head);
    assertThat(ledger.published(TRIPS, RUN)).hasValue(head);
    assertThat(ledger.runs(TRIPS)).containsExactly(RUN);
    assertThat(ledger.openPlans()).isEmpty();
    assertThat(visible(RUN)).isEqualTo(rows(0, 10));
    assertThat(sink.countRows(head)).isEqualTo(10);
  }

  @Test
  void aStagedFileSaysWhatItHolds() {
    Unit unit = unit(1, "0");
    Staged one = stage(unit, 0, 10);
    Staged two = stage(unit, 0, 10);

    assertThat(one.rows()).isEqualTo(10);
    assertThat(one.writer()).isNotEqualTo(two.writer());
    assertThat(one.files())
        .isNotEmpty()
        .allSatisfy(
            file -> {
              assertThat(file.bytes()).isPositive();
              assertThat(file.checksum()).matches("[0-9a-f]{8}");
              assertThat(file.staged()).isNotEqualTo(file.path()).contains(one.writer());
              assertThat(file.path()).contains(one.writer());
            });
    assertThat(two.files())
        .as("the same rows make the same bytes")
        .extracting(StagedFile::rows, StagedFile::bytes, StagedFile::checksum)
        .containsExactlyElementsOf(
            one.files().stream()
                .map(file -> tuple(file.rows(), file.bytes(), file.checksum()))
                .toList());
  }

  @Test
  void theHeadComesWithTheLastUnit() {
    OpenPlan plan = plan(1, 3);
    ledger.open(plan);
    load(plan, "c", 20, 5);
    load(plan, "a", 0, 10);

    assertThat(settle(plan)).isEqualTo(new PlanState.Loading(2, 3));
    assertThat(ledger.head(TRIPS, RUN)).isEmpty();
    assertThat(ledger.openPlans()).containsExactly(plan);

    load(plan, "b", 10, 10);
    assertThat(ledger.markers(plan.plan()))
        .extracting(marker -> marker.unit().partition())
        .containsExactly("a", "b", "c");
    assertThat(settle(plan)).isEqualTo(new PlanState.Live(new RunHead(plan.plan(), 0, 3, 25, 25)));
    assertThat(visible(RUN)).isEqualTo(rows(0, 25));
  }

  @Test
  void theFirstMarkerOfAUnitWinsAndTheLoserGoes() {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);
    Staged first = stage(unit(1, "0"), 0, 10);
    Staged second = stage(unit(1, "0"), 0, 10);

    assertThat(ledger.mark(marker(plan, "0", second))).isTrue();
    assertThat(ledger.mark(marker(plan, "0", first))).isFalse();
    assertThat(ledger.marker(unit(1, "0"))).hasValue(marker(plan, "0", second));
    sink.discard(first);
    sink.discard(first);

    settle(plan);
    assertThat(visible(RUN)).isEqualTo(rows(0, 10));
    assertThat(stored()).hasSameSizeAs(second.files());
  }

  @Test
  void aUnitWithoutRowsIsMarkedToo() {
    OpenPlan plan = plan(1, 2);
    ledger.open(plan);
    Staged nothing = stage(unit(1, "0"), 0, 0);
    assertThat(nothing.files()).isEmpty();
    assertThat(ledger.mark(marker(plan, "0", nothing))).isTrue();
    load(plan, "1", 0, 4);

    assertThat(settle(plan)).isInstanceOf(PlanState.Live.class);
    assertThat(visible(RUN)).isEqualTo(rows(0, 4));
  }

  @Test
  void aRunWithoutRowsIsARun() {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);
    try (SinkSession session = sink.begin(unit(1, "0"), SCHEMA);
        VectorSchemaRoot empty = batch(0, 0)) {
      session.append(empty);
      assertThat(ledger.mark(marker(plan, "0", session.finish()))).isTrue();
    }

    var head = new RunHead(plan.plan(), 0, 1, 0, 0);
    assertThat(settle(plan)).isEqualTo(new PlanState.Live(head));
    assertThat(ledger.files(head)).isEmpty();
    assertThat(sink.countRows(head)).isZero();
  }

  @Test
  void anAbandonedUnitCompletesItsPlanWithoutRows() {
    OpenPlan plan = plan(1, 2);
    ledger.open(plan);
    load(plan, "0", 0, 4);
    UnitMarker abandoned =
        UnitMarker.abandoned(unit(1, "1"), 2, nonces.next(), "lost with a disk", now.get());
    Staged late = stage(unit(1, "1"), 4, 4);

    assertThat(ledger.mark(abandoned)).isTrue();
    assertThat(ledger.mark(marker(plan, "1", late))).as("a load that comes late").isFalse();
    sink.discard(late);

    assertThat(ledger.marker(unit(1, "1"))).hasValue(abandoned);
    assertThat(settle(plan))
        .isEqualTo(new PlanState.Live(new RunHead(plan.plan(), 0, 2, 4, 4, 1, 1)));
    assertThat(visible(RUN)).isEqualTo(rows(0, 4));
  }

  @Test
  void heldUnitsAreNotedUntilTheyAreLoadedOrTheirPlanIsSettled() {
    OpenPlan plan = plan(1, 3);
    ledger.open(plan);
    hold(plan, "0", "no end");
    hold(plan, "0", "wrong count");
    hold(plan, "1", "no end");
    hold(plan, "", "1 of 3 units is nowhere");

    assertThat(openAgain().ledger().held(plan.plan()))
        .extracting(HeldUnit::partition, HeldUnit::reason)
        .containsExactlyInAnyOrder(
            tuple("0", "wrong count"), tuple("1", "no end"), tuple("", "1 of 3 units is nowhere"));

    load(plan, "0", 0, 4);
    assertThat(ledger.held(plan.plan())).extracting(HeldUnit::partition).doesNotContain("0");
    load(plan, "1", 4, 4);
    load(plan, "2", 8, 4);
    settle(plan);
    assertThat(ledger.held(plan.plan())).isEmpty();
  }

  private void hold(OpenPlan plan, String partition, String reason) {
    ledger.hold(new HeldUnit(plan.plan(), partition, reason, now.get()));
  }

  @Test
  void aReplayIsLaterThanItsPlanAndEarlierThanTheNext() {
    loadWhole(1, 0, 10);
    OpenPlan replay = replay(plan(1, 1), 3);
    ledger.open(replay);
    load(replay, "0", 50, 3);

    assertThat(settle(replay)).isInstanceOf(PlanState.Live.class);
    assertThat(visible(RUN)).isEqualTo(rows(50, 3));
    assertThat(stored()).hasSameSizeAs(files(RUN));

    OpenPlan earlier = replay(plan(1, 1), 2);
    ledger.open(earlier);
    load(earlier, "0", 60, 3);
    assertThat(settle(earlier)).isInstanceOf(PlanState.Superseded.class);

    loadWhole(2, 0, 7);
    assertThat(visible(RUN)).isEqualTo(rows(0, 7));
  }

  private static OpenPlan replay(OpenPlan plan, int number) {
    PlannedRun run = plan.plan();
    return new OpenPlan(
        new PlannedRun(run.stream(), run.run(), run.plan().replayed(number)), plan.size());
  }

  @Test
  void aLaterPlanReplacesTheRunAsAWhole() {
    loadWhole(1, 0, 10);
    OpenPlan later = plan(2, 3);
    ledger.open(later);
    load(later, "x", 100, 5);
    load(later, "y", 105, 5);

    assertThat(settle(later)).isEqualTo(new PlanState.Loading(2, 3));
    assertThat(visible(RUN)).as("before the last unit").isEqualTo(rows(0, 10));

    load(later, "z", 110, 5);
    assertThat(settle(later))
        .isEqualTo(new PlanState.Live(new RunHead(later.plan(), 1, 3, 15, 15)));
    assertThat(visible(RUN)).isEqualTo(rows(100, 15));
    assertThat(stored()).as("old files are gone").hasSameSizeAs(files(RUN));
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void anEarlierPlanNeverReturns() {
    RunHead head = loadWhole(2, 0, 10);
    OpenPlan earlier = plan(1, 1);
    ledger.open(earlier);
    load(earlier, "0", 500, 7);

    assertThat(settle(earlier)).isEqualTo(new PlanState.Superseded(head));
    assertThat(ledger.head(TRIPS, RUN)).hasValue(head);
    assertThat(visible(RUN)).isEqualTo(rows(0, 10));
    assertThat(stored()).as("nothing of it is left").hasSameSizeAs(files(RUN));
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void aPlanThatWasOvertakenHalfLoadedIsSwept() {
    OpenPlan overtaken = plan(1, 2);
    ledger.open(overtaken);
    load(overtaken, "0", 500, 7);
    RunHead head = loadWhole(2, 0, 10);

    assertThat(settle(overtaken)).isEqualTo(new PlanState.Superseded(head));
    assertThat(visible(RUN)).isEqualTo(rows(0, 10));
    assertThat(stored()).hasSameSizeAs(files(RUN));
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void aSessionThatIsNotFinishedLeavesNothing() {
    try (SinkSession session = sink.begin(unit(1, "0"), SCHEMA);
        VectorSchemaRoot batch = batch(0, 10)) {
      session.append(batch);
    }
    sink.begin(unit(1, "1"), SCHEMA).close();

    assertThat(stored()).isEmpty();
  }

  @Test
  void whatIsFinishedAndNotMarkedIsInvisible() {
    loadWhole(1, 0, 10);

    Staged staged = stage(unit(2, "0"), 500, 7);
    assertThat(visible(RUN)).isEqualTo(rows(0, 10));

    sink.discard(staged);
    assertThat(stored()).hasSameSizeAs(files(RUN));
  }

  @Test
  void whoeverOpensTheTargetNextGoesOn() {
    OpenPlan plan = plan(1, 2);
    ledger.open(plan);
    load(plan, "0", 0, 10);
    sink.close();

    open();
    assertThat(ledger.openPlans()).containsExactly(plan);
    assertThat(ledger.marker(unit(1, "0"))).isPresent();
    load(plan, "1", 10, 10);

    open();
    assertThat(settle(plan)).isInstanceOf(PlanState.Live.class);

    open();
    assertThat(visible(RUN)).isEqualTo(rows(0, 20));
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void everythingMayBeDoneTwice() {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);
    ledger.open(plan);
    Staged staged = stage(unit(1, "0"), 0, 10);
    assertThat(ledger.mark(marker(plan, "0", staged))).isTrue();

    PlanState live = settle(plan);
    ledger.open(plan);
    assertThat(settle(plan)).isEqualTo(live);
    assertThat(settle(plan)).isEqualTo(live);
    assertThat(visible(RUN)).isEqualTo(rows(0, 10));
    assertThat(ledger.openPlans()).isEmpty();
  }

  @Test
  void runsAndStreamsAreSwappedEachByItself() {
    var monday = new RunId("2026-11-16");
    var tuesday = new RunId("2026-11-17");
    var other = new StreamId("lab", "other");
    loadWhole(TRIPS, tuesday, 1, 10, 5);
    loadWhole(TRIPS, monday, 1, 0, 5);
    loadWhole(other, monday, 1, 90, 5);

    loadWhole(TRIPS, monday, 2, 50, 5);

    assertThat(ledger.runs(TRIPS)).containsExactly(monday, tuesday);
    assertThat(ledger.runs(other)).containsExactly(monday);
    assertThat(visible(monday)).isEqualTo(rows(50, 5));
    assertThat(visible(tuesday)).isEqualTo(rows(10, 5));
    assertThat(visible(other, monday)).isEqualTo(rows(90, 5));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "..",
        ".",
        "_hidden",
        "a/b",
        "../../etc/passwd",
        "ü 東京 🚕",
        "%2F",
        "a=b&c",
        "CON",
        "~",
        "*",
        "2026-11-19T00:00+01:00"
      })
  void anyIdIsOnlyAName(String id) {
    var run = new RunId(id);
    var plan = new OpenPlan(new PlannedRun(TRIPS, run, new PlanId(1, "p")), 2);
    ledger.open(plan);
    for (String partition : List.of(id, "x".repeat(200))) {
      Unit unit = new Unit(TRIPS, run, plan.plan().plan(), partition);
      Staged staged = stage(unit, partition.equals(id) ? 0 : 5, 5);
      assertThat(ledger.mark(marker(plan, partition, staged))).isTrue();
    }

    assertThat(settle(plan)).isInstanceOf(PlanState.Live.class);
    assertThat(ledger.runs(TRIPS)).containsExactly(run);
    assertThat(visible(run)).isEqualTo(rows(0, 10));
    assertThat(stored()).hasSameSizeAs(files(run));
  }

  @Test
  void hintsAreOverwrittenPerTopicPartition() {
    ledger.hint(new LogPosition("id-1", 0, 10));
    ledger.hint(new LogPosition("id-1", 1, 20));
    ledger.hint(new LogPosition("id-1", 0, 30));
    ledger.hint(new LogPosition("id-1", 1, 5));

    assertThat(ledger.hint("id-1", 0)).hasValue(new LogPosition("id-1", 0, 30));
    assertThat(ledger.hint("id-1", 1)).hasValue(new LogPosition("id-1", 1, 5));
    assertThat(ledger.hint("id-2", 0)).isEmpty();
  }

  @Test
  void theLedgerOfAnotherClusterIsRefused() {
    assertThatThrownBy(() -> open(context("another-cluster")))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.TARGET));
  }

  @Test
  void runsDividedInAnotherWayAreRefused() {
    SinkContext windows = context("windows of 1d of at in UTC", "cluster-1");

    assertThatThrownBy(() -> open(windows))
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.TARGET));
  }

  @Test
  void itsFingerprintStaysWhileItsSettingsDo() {
    assertThat(sink.fingerprint()).isNotBlank().isEqualTo(openAgain().fingerprint());
  }

  @Test
  void ofManyWritersOfAUnitOneWins() throws Exception {
    OpenPlan plan = plan(1, 1);
    ledger.open(plan);

    List<Boolean> won =
        race(
            i -> {
              Sink own = sinkOf(i);
              Staged staged = stage(own, unit(1, "0"), 100 * i, 10);
              return () -> {
                boolean stands = own.ledger().mark(marker(plan, "0", staged));
                if (!stands) {
                  own.discard(staged);
                }
                settle(own.ledger(), plan);
                return stands;
              };
            });

    assertThat(won).containsOnlyOnce(true);
    assertThat(settle(plan)).isInstanceOf(PlanState.Live.class);
    assertThat(visible(RUN)).isEqualTo(rows(100 * won.indexOf(true), 10));
    assertThat(stored()).hasSameSizeAs(files(RUN));
  }

  @Test
  void ofPlansThatBecomeWholeTogetherTheLatestStays() throws Exception {
    List<OpenPlan> plans = IntStream.range(0, THREADS).mapToObj(i -> plan(i + 1, 1)).toList();
    plans.forEach(ledger::open);
    IntStream.range(0, THREADS).forEach(i -> load(plans.get(i), "0", 100 * i, 10));

    race(
        i -> {
          Ledger own = sinkOf(i).ledger();
          return () -> settle(own, plans.get(i));
        });
    plans.forEach(this::settle);

    assertThat(ledger.published(TRIPS, RUN))
        .map(RunHead::plan)
        .hasValue(plans.get(THREADS - 1).plan());
    assertThat(visible(RUN)).isEqualTo(rows(100 * (THREADS - 1), 10));
    assertThat(stored()).hasSameSizeAs(files(RUN));
    assertThat(ledger.openPlans()).isEmpty();
  }

  private interface Racer<T> {
    Callable<T> prepare(int index);
  }

  /** Runs what was prepared at the same moment; results by index. */
  private static <T> List<T> race(Racer<T> racer) throws InterruptedException, ExecutionException {
    List<Callable<T>> prepared = IntStream.range(0, THREADS).mapToObj(racer::prepare).toList();
    var start = new CyclicBarrier(THREADS);
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      var results = new ArrayList<T>();
      List<Callable<T>> all =
          prepared.stream()
              .map(
                  task ->
                      (Callable<T>)
                          () -> {
                            start.await();
                            return task.call();
                          })
              .toList();
      for (Future<T> result : threads.invokeAll(all)) {
        results.add(result.get());
      }
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private Sink sinkOf(int racer) {
    return racer % 2 == 0 ? sink : openAgain();
  }

  private Sink openAgain() {
    Sink another = open(context("cluster-1"));
    opened.add(another);
    return another;
  }

  private SinkContext context(String cluster) {
    return context(SinkContext.SNAPSHOT, cluster);
  }

  private SinkContext context(String layout, String cluster) {
    return new SinkContext("lab", "lake", layout, cluster, folder, nonces, now::get);
  }

  private List<String> stored() {
    return stored(context("cluster-1"));
  }

  private static OpenPlan plan(int number, int size) {
    return plan(TRIPS, RUN, number, size);
  }

  private static OpenPlan plan(StreamId stream, RunId run, int number, int size) {
    var id = new PlanId(1795171234567L + number, "p" + number);
    return new OpenPlan(new PlannedRun(stream, run, id), size);
  }

  private static Unit unit(int plan, String partition) {
    return new Unit(TRIPS, RUN, plan(plan, 1).plan().plan(), partition);
  }

  private RunHead loadWhole(int number, int first, int count) {
    return loadWhole(TRIPS, RUN, number, first, count);
  }

  private RunHead loadWhole(StreamId stream, RunId run, int number, int first, int count) {
    OpenPlan plan = plan(stream, run, number, 1);
    ledger.open(plan);
    load(plan, "0", first, count);
    assertThat(settle(plan)).isInstanceOf(PlanState.Live.class);
    return ledger.published(stream, run).orElseThrow();
  }

  private void load(OpenPlan plan, String partition, int first, int count) {
    PlannedRun run = plan.plan();
    Staged staged = stage(new Unit(run.stream(), run.run(), run.plan(), partition), first, count);
    assertThat(ledger.mark(marker(plan, partition, staged))).isTrue();
  }

  private Staged stage(Unit unit, int first, int count) {
    return stage(sink, unit, first, count);
  }

  /** In batches of three rows, each closed as soon as it is appended. */
  private Staged stage(Sink sink, Unit unit, int first, int count) {
    try (SinkSession session = sink.begin(unit, SCHEMA)) {
      for (int row = first; row < first + count; row += 3) {
        try (VectorSchemaRoot batch = batch(row, Math.min(3, first + count - row))) {
          session.append(batch);
        }
      }
      return session.finish();
    }
  }

  private UnitMarker marker(OpenPlan plan, String partition, Staged staged) {
    PlannedRun run = plan.plan();
    return new UnitMarker(
        new Unit(run.stream(), run.run(), run.plan(), partition),
        plan.size(),
        new Attempt(1, "attempt", Instant.parse("2026-11-20T09:59:00Z")),
        staged.rows(),
        staged,
        new LogRange("lab.trips", "topic-id", 2, 17, 40, 3, staged.rows()),
        sink.fingerprint());
  }

  private PlanState settle(OpenPlan plan) {
    return settle(ledger, plan);
  }

  /** Until nothing more is due, however long the sink waits before it removes files. */
  private PlanState settle(Ledger ledger, OpenPlan plan) {
    PlanState state = ledger.settle(plan);
    for (int hours = 0; state instanceof PlanState.Publishing && hours < 100; hours++) {
      now.updateAndGet(time -> time.plus(Duration.ofHours(1)));
      state = ledger.settle(plan);
    }
    return state;
  }

  private List<String> visible(RunId run) {
    return visible(TRIPS, run);
  }

  private List<String> visible(StreamId stream, RunId run) {
    return read(files(stream, run)).stream().sorted().toList();
  }

  private List<String> files(RunId run) {
    return files(TRIPS, run);
  }

  private List<String> files(StreamId stream, RunId run) {
    Optional<RunHead> head = ledger.published(stream, run);
    return head.map(ledger::files).orElse(List.of());
  }

  private List<String> rows(int first, int count) {
    try (VectorSchemaRoot batch = batch(first, count)) {
      return SampleRows.texts(batch).stream().sorted().toList();
    }
  }

  private VectorSchemaRoot batch(int first, int count) {
    VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator);
    var id = (BigIntVector) batch.getVector("id");
    var name = (VarCharVector) batch.getVector("name");
    var amount = (DecimalVector) batch.getVector("amount");
    Stream.of(id, name, amount).forEach(vector -> vector.allocateNew());
    for (int i = 0; i < count; i++) {
      int row = first + i;
      id.setSafe(i, row);
      if (row % 4 != 1) {
        name.setSafe(i, "row %d, Zürich".formatted(row).getBytes(UTF_8));
      }
      if (row % 3 != 1) {
        amount.setSafe(i, BigDecimal.valueOf(row * 50L - 100, 2));
      }
    }
    batch.setRowCount(count);
    return batch;
  }
}
