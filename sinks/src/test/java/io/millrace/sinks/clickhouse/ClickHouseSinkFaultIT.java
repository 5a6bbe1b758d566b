package io.millrace.sinks.clickhouse;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.core.Attempt;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.server.ChdbServer.StatementFault;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkSession;
import io.millrace.sinks.ledger.SteppedStore;
import io.millrace.sinks.store.ObjectStore;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.UnaryOperator;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BigIntVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.types.pojo.ArrowType;
import org.apache.arrow.vector.types.pojo.Field;
import org.apache.arrow.vector.types.pojo.Schema;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process that loads one plan of a run after the other; to each, at its next statement or
 * document, something happens. Readers see the plan before or the one that is loaded, whole and
 * once, and in the end the latter and nothing that is staged.
 */
class ClickHouseSinkFaultIT {
  private static final Schema SCHEMA =
      new Schema(List.of(Field.notNullable("id", new ArrowType.Int(64, true))));

  private static final StreamId STREAM = new StreamId("taxi", "trips");
  private static final Instant NOW = Instant.parse("2026-11-19T12:00:00Z");

  /** Statements with an effect. */
  private static final String EFFECT = "^\\s*(CREATE TABLE|ALTER|INSERT|DROP)\\b";

  private static final int UNITS = 2;
  private static final int ROWS = 3;
  private static final int FOR_GOOD = 1_000_000;

  private static ClickHouseTarget target;

  @TempDir Path folder;

  private final BufferAllocator allocator = new RootAllocator();
  private final Nonces nonces = new Nonces(new Random(1));
  private int shown;

  private static final class Crash extends Error {}

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    target = new ClickHouseTarget(ChdbServer.start());
  }

  @AfterAll
  static void stop() throws Exception {
    if (target != null) {
      target.server().close();
    }
  }

  @AfterEach
  void nothingLeaks() {
    target.server().heal();
    allocator.close();
  }

  @Test
  void killedBeforeAnyStatementAndStartedAgain() {
    loadUndisturbed(1);
    int statements = 0;
    for (boolean died = true; died; statements++) {
      died = diesWhileLoading(shown + 1, StatementFault.CUT, statements);
      checkThatReadersSeeOneOf(shown, shown + 1);
      target.server().heal();
      loadUndisturbed(shown + 1);
    }
    assertThat(statements).isGreaterThan(12);
  }

  @ParameterizedTest
  @EnumSource(
      value = StatementFault.class,
      names = {"REFUSED", "LOST"})
  void anyStatementIsRefusedOrIsDoneAndNotAnswered(StatementFault fault) {
    loadUndisturbed(1);
    boolean happened = true;
    for (int statement = 0; happened; statement++) {
      target.server().fail(fault, EFFECT, statement, 1);
      loadUndisturbed(shown + 1);
      happened = target.server().faultsLeft() == 0;
    }
  }

  @Test
  void anyStatementIsDoneLateWhenNobodyCountsOnIt() {
    loadUndisturbed(1);
    boolean happened = true;
    for (int statement = 0; happened; statement++) {
      target.server().fail(StatementFault.LATE, EFFECT, statement, 1);
      loadUntilShown(shown + 1);
      happened = target.server().faultsLeft() == 0;
    }
    await().atMost(PATIENCE).until(() -> target.server().lateStatements() == 0);
    checkThatReadersSeeOneOf(shown, shown);
    target.server().heal();
    loadUndisturbed(shown + 1);
  }

  /** The others die before they take away what was staged, which would stop a zombie anyhow. */
  @Test
  void stoppedBeforeAnyStatementAndContinuedWhenOthersHaveLoadedThePlanAndTheNext()
      throws Exception {
    loadUndisturbed(1);
    ExecutorService zombie = Executors.newSingleThreadExecutor();
    try {
      boolean held = true;
      for (int statement = 0; held; statement++) {
        target.server().fail(StatementFault.HELD, EFFECT, statement, 1);
        int number = shown + 1;
        Future<?> loading = zombie.submit(() -> load(number, store -> store));
        await()
            .atMost(PATIENCE)
            .pollInterval(Duration.ofMillis(20))
            .until(() -> loading.isDone() || target.server().lateStatements() > 0);
        held = !loading.isDone();
        target.server().fail(StatementFault.CUT, "DROP.*_millrace_unit_", 0, FOR_GOOD);
        loadUntilItDies(number);
        loadUntilItDies(number + 1);
        checkThatReadersSeeOneOf(number + 1, number + 1);

        target.server().heal();
        target.server().release();
        endsInAnyWay(loading);
        checkThatReadersSeeOneOf(number + 1, number + 1);
        loadUntilShown(number + 1);
      }
    } finally {
      zombie.shutdownNow();
    }
    loadUndisturbed(shown + 1);
  }

  private void loadUntilItDies(int number) {
    try {
      load(number, store -> store);
    } catch (MillraceException e) {
      assertThat(e.retriable()).isTrue();
    }
  }

  private static void endsInAnyWay(Future<?> loading) throws InterruptedException {
    try {
      loading.get();
    } catch (ExecutionException e) {
      assertThat(e.getCause())
          .isInstanceOfSatisfying(
              MillraceException.class, cause -> assertThat(cause.retriable()).isTrue());
    }
  }

  @Test
  void killedBeforeAnyDocumentOfTheLedgerAndStartedAgain() {
    int calls =
        forEveryDocument(
            () -> {
              target.server().fail(StatementFault.CUT, EFFECT, 0, FOR_GOOD);
              throw new Crash();
            });

    assertThat(calls).isGreaterThan(8);
  }

  @Test
  void overtakenByAnotherProcessBeforeAnyDocumentOfTheLedger() {
    int calls = forEveryDocument(() -> load(shown + 1, store -> store));

    assertThat(calls).isGreaterThan(8);
  }

  private int forEveryDocument(Runnable event) {
    loadUndisturbed(1);
    for (int call = 0; ; call++) {
      int[] left = {call};
      try {
        load(shown + 1, watched(() -> left[0]-- == 0, event));
      } catch (Crash | MillraceException e) {
        // seen from outside it just ends
      }
      checkThatReadersSeeOneOf(shown, shown + 1);
      target.server().heal();
      loadUndisturbed(shown + 1);
      if (left[0] >= 0) {
        return call;
      }
    }
  }

  private interface Due {
    boolean now();
  }

  private static UnaryOperator<ObjectStore> watched(Due due, Runnable event) {
    return store ->
        new SteppedStore(
            store,
            new SteppedStore.Turn() {
              @Override
              public void take() {
                if (due.now()) {
                  event.run();
                }
              }

              @Override
              public void takeToLook() {}
            });
  }

  /** Tells whether it came so far. */
  private boolean diesWhileLoading(int number, StatementFault fault, int statement) {
    target.server().fail(fault, EFFECT, statement, FOR_GOOD);
    try {
      load(number, store -> store);
      return false;
    } catch (MillraceException e) {
      return true;
    }
  }

  private void loadUndisturbed(int number) {
    loadUntilShown(number);
    assertThat(target.stored(context())).as("nothing is staged").hasSize(UNITS);
  }

  /** As the runtime does, however often it was begun before. */
  private void loadUntilShown(int number) {
    for (int tries = 1; ; tries++) {
      try {
        load(number, store -> store);
        break;
      } catch (MillraceException e) {
        if (!e.retriable() || tries == 10) {
          throw e;
        }
        checkThatReadersSeeOneOf(shown, number);
      }
    }
    shown = number;
    checkThatReadersSeeOneOf(number, number);
  }

  private void load(int number, UnaryOperator<ObjectStore> around) {
    OpenPlan open = plan(number);
    try (Sink sink = target.open(context(), Map.of(), around)) {
      sink.ledger().open(open);
      PlanState state = sink.ledger().settle(open);
      for (int i = 0; i < UNITS && state instanceof PlanState.Loading; i++) {
        Unit unit = open.plan().unit("part-" + i);
        if (sink.ledger().marker(unit).isEmpty()) {
          load(sink, unit, number * 100L + (long) i * ROWS);
        }
        state = sink.ledger().settle(open);
      }
      sink.ledger().openPlans().forEach(sink.ledger()::settle);
    }
  }

  private void load(Sink sink, Unit unit, long first) {
    Staged staged;
    try (SinkSession session = sink.begin(unit, SCHEMA);
        VectorSchemaRoot batch = VectorSchemaRoot.create(SCHEMA, allocator)) {
      var id = (BigIntVector) batch.getVector("id");
      id.allocateNew();
      for (int i = 0; i < ROWS; i++) {
        id.setSafe(i, first + i);
      }
      batch.setRowCount(ROWS);
      session.append(batch);
      staged = session.finish();
    }
    var marker =
        new UnitMarker(
            unit,
            UNITS,
            new Attempt(1, "attempt1", NOW),
            ROWS,
            staged,
            new LogRange("taxi.trips", "topic-id", 0, 0, 2, 1, ROWS),
            sink.fingerprint());
    if (!sink.ledger().mark(marker)) {
      sink.discard(staged);
    }
  }

  private void checkThatReadersSeeOneOf(int one, int other) {
    assertThat(visible()).isIn(rows(one), rows(other));
  }

  private List<String> visible() {
    String table = "`%s`.`trips`".formatted(ClickHouseTarget.database(context()));
    return target
        .server()
        .lines("SELECT id FROM %s WHERE _millrace_run = 'snapshot' ORDER BY id".formatted(table));
  }

  private static List<String> rows(int number) {
    return LongStream.range(number * 100L, number * 100L + (long) UNITS * ROWS)
        .mapToObj(Long::toString)
        .toList();
  }

  private static OpenPlan plan(int number) {
    var id = new PlanId(1_795_171_000_000L + number, "p" + number);
    return new OpenPlan(new PlannedRun(STREAM, RunId.SNAPSHOT, id), UNITS);
  }

  private SinkContext context() {
    return new SinkContext(
        "taxi", "shop", SinkContext.SNAPSHOT, "kafka-1", folder, nonces, () -> NOW);
  }
}
