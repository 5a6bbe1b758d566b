package io.millrace.sinks.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.millrace.core.Attempt;
import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LogRange;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.PlanState;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.Staged;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SinkContext;
import io.millrace.sinks.store.ObjectStore;
import io.millrace.sinks.store.SafeName;
import io.millrace.sinks.store.StagedStream;
import io.millrace.sinks.store.StagedStream.Stored;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * One process that loads units as the sink runtime does, in the least code. A unit's file holds one
 * row: the unit's name. An empty unit, whose partition begins with {@code empty}, has none.
 */
final class Loader {
  static final StreamId STREAM = new StreamId("taxi", "trips");
  static final RunId RUN = RunId.SNAPSHOT;
  private static final Instant STARTED = Instant.parse("2026-11-19T10:00:00Z");

  private final ObjectStore store;
  private final Nonces nonces;
  private final StoreLedger ledger;

  Loader(ObjectStore store, Nonces nonces, InstantSource clock, Duration keepSuperseded) {
    this.store = store;
    this.nonces = nonces;
    this.ledger = StoreLedger.open(store, context("kafka-1", nonces, clock), keepSuperseded);
  }

  static SinkContext context(String cluster, Nonces nonces, InstantSource clock) {
    return context(SinkContext.SNAPSHOT, cluster, nonces, clock);
  }

  static SinkContext context(String layout, String cluster, Nonces nonces, InstantSource clock) {
    return new SinkContext("taxi", "lake", layout, cluster, Path.of("."), nonces, clock);
  }

  /** The n-th plan of the run, with this many units. */
  static OpenPlan plan(int n, int size) {
    return plan(RUN, n, size);
  }

  static OpenPlan plan(RunId run, int n, int size) {
    return new OpenPlan(
        new PlannedRun(STREAM, run, new PlanId(1_795_171_000_000L + n, "p" + n)), size);
  }

  static Unit unit(OpenPlan open, String partition) {
    PlannedRun plan = open.plan();
    return new Unit(plan.stream(), plan.run(), plan.plan(), partition);
  }

  /** The units of a plan: part-0, part-1 ... */
  static List<Unit> units(OpenPlan open) {
    return IntStream.range(0, open.size()).mapToObj(i -> unit(open, "part-" + i)).toList();
  }

  StoreLedger ledger() {
    return ledger;
  }

  /** Loads a plan as one that reads its records from the log, however much was done before. */
  PlanState load(OpenPlan open) {
    return load(open, units(open));
  }

  PlanState load(OpenPlan open, List<Unit> units) {
    ledger.open(open);
    PlanState state = ledger.settle(open);
    for (Unit unit : units) {
      Optional<RunHead> head = ledger.head(unit.stream(), unit.run());
      if (head.isPresent() && head.get().plan().plan().compareTo(unit.plan()) >= 0) {
        break;
      }
      if (ledger.marker(unit).isEmpty()) {
        Staged staged = stage(unit);
        if (!mark(unit, open.size(), staged)) {
          discard(staged);
        }
        state = ledger.settle(open);
      }
    }
    return state;
  }

  /** Settles what is open until no more can be done. */
  void settleAll() {
    for (int round = 0; round < 3; round++) {
      ledger.openPlans().forEach(ledger::settle);
    }
  }

  Staged stage(Unit unit) {
    String writer = nonces.next();
    if (unit.partition().startsWith("empty")) {
      return new Staged(writer, List.of());
    }
    byte[] row = (unit + "\n").getBytes(UTF_8);
    String key = ledger.staged(unit, writer);
    String path =
        "%s/%s/%s-%s"
            .formatted(
                unit.stream().name(),
                SafeName.of(unit.run().value()),
                SafeName.of(unit.partition()),
                writer);
    try (StagedStream stream = store.stage(key)) {
      stream.write(row, 0, row.length);
      Stored stored = stream.finish();
      return new Staged(
          writer, List.of(new StagedFile(key, path, 1, stored.bytes(), stored.checksum())));
    }
  }

  boolean mark(Unit unit, int planSize, Staged staged) {
    return ledger.mark(marker(unit, planSize, staged));
  }

  static UnitMarker marker(Unit unit, int planSize, Staged staged) {
    return new UnitMarker(
        unit,
        planSize,
        new Attempt(1, "attempt1", STARTED),
        staged.rows(),
        staged,
        new LogRange("taxi.trips", "Zm9vYmFy", 0, 100, 110, 3, 10),
        "parquet-1");
  }

  void discard(Staged staged) {
    store.delete(staged.files().stream().map(StagedFile::staged).toList());
  }
}
