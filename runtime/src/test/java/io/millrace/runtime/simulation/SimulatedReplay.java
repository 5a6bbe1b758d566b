package io.millrace.runtime.simulation;

import io.millrace.core.Nonces;
import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.StagedFile;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.sink.MemoryBudget;
import io.millrace.runtime.sink.SteppedRuntime;
import io.millrace.sinks.store.MemoryStore;
import io.millrace.sinks.store.ObjectStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** All of the log, loaded once more into an empty target: invariant I8. */
final class SimulatedReplay {
  private static final int MOST_STEPS = 10_000;

  private final World world;
  private final ObjectStore store = new MemoryStore(World.LONGEST_REQUEST);
  private final SimulatedSink sink;
  private final List<SteppedThreads> threads;
  private int steps;

  SimulatedReplay(World world) {
    this.world = world;
    var nonces = new Nonces(new SplittableRandom(8));
    var context =
        new SinkContext(
            "sim", "lake", SinkContext.SNAPSHOT, "cluster", Path.of("."), nonces, world.clock());
    this.sink = new SimulatedSink(store, context, "v0", Mutation.NONE);
    this.threads = Stream.generate(() -> new SteppedThreads(world.clock(), 1)).limit(5).toList();
  }

  /** Replays to the end. */
  SimulatedReplay run() {
    var ground =
        new SteppedRuntime.Ground(
            () -> new LogReader(world.log()),
            threads.get(0),
            threads.get(1),
            threads.get(2),
            threads.get(3),
            threads.get(4),
            (lane, offset, wanted, written) -> fail("I8: a replay writes dead letters"),
            world.clock(),
            world.vectors(),
            new MemoryBudget(1 << 20, 0));
    List<LogSpan> range =
        world.log().partitions().stream()
            .filter(log -> !log.name().topic().equals(ChangeSource.FARES.changesTopic()))
            .map(
                log ->
                    new LogSpan(
                        log.name().topic(),
                        log.topicId(),
                        log.name().partition(),
                        log.start(),
                        log.stableEnd()))
            .toList();
    SteppedRuntime.replay(
        world.settings(), sink, ground, new LogReader(world.log()), range, this::step);
    return this;
  }

  private void step() {
    if (++steps > MOST_STEPS) {
      fail("I8: the replay never comes to rest");
    }
    for (SteppedThreads thread : threads) {
      while (thread.canStep()) {
        thread.step();
      }
    }
  }

  /**
   * Of each run there is at least the newest plan that lies whole in the log, and it is not later
   * than what the sink itself has come to; its rows are those of whole attempts.
   */
  void requireWhatTheLogHolds() {
    for (PlannedRun run : runs()) {
      Optional<RunHead> head = head(sink.ledger(), run);
      Optional<PlannedRun> whole =
          plans(run)
              .filter(plan -> plan.units().stream().allMatch(this::liesInTheLog))
              .map(SourcePlan::plan)
              .max(Comparator.comparing(PlannedRun::plan));
      if (whole.isPresent() && (head.isEmpty() || isBefore(source(head.get()), whole.get()))) {
        fail("I8: %s lies whole in the log, and replayed is %s", whole.get(), head);
      }
      head.ifPresent(this::requireRowsOfWholeAttempts);
    }
  }

  private Stream<SourcePlan> plans(PlannedRun run) {
    return world.source().plans().stream()
        .filter(plan -> plan.plan().stream().equals(run.stream()))
        .filter(plan -> plan.plan().run().equals(run.run()));
  }

  private boolean liesInTheLog(Unit unit) {
    return world.source().attempts(unit).stream()
        .anyMatch(attempt -> attempt.mustLoad(world.log()));
  }

  private static boolean isBefore(PlannedRun one, PlannedRun other) {
    return one.plan().compareTo(other.plan()) < 0;
  }

  private static PlannedRun source(RunHead head) {
    return head.plan().replayed(0);
  }

  private void requireRowsOfWholeAttempts(RunHead head) {
    world.journal().note(Event.REPLAYED, "%s", head);
    var rows = new ArrayList<Long>();
    for (UnitMarker marker : sink.ledger().markers(head.plan())) {
      SourceAttempt attempt = world.source().attempt(marker.attempt().nonce());
      if (!attempt.isWhole() || !attempt.unit().equals(marker.unit().replayed(0))) {
        fail("I8: %s is replayed as %s", attempt, marker);
      }
      if (!marker.log().elsewhere().isEmpty()) {
        world.journal().note(Event.SPLIT_REPLAYED, "%s", marker);
      }
      rows.addAll(attempt.rows());
    }
    requireSame(head, rows, rows(store, sink.ledger(), head));
  }

  /** Every run is as in the target that was loaded live: the same plan, the same rows. */
  void requireEqual() {
    LedgerView live = world.invariants().ledger();
    for (PlannedRun run : runs()) {
      RunHead theirs = head(live, run).orElseThrow();
      Optional<RunHead> ours = head(sink.ledger(), run);
      if (ours.isEmpty() || !source(ours.get()).equals(theirs.plan())) {
        fail("I8: replayed is %s, and loaded was %s", ours, theirs);
      }
      RunHead head = ours.get();
      if (head.units() != theirs.units()
          || head.rows() != theirs.rows()
          || head.sourceRows() != theirs.sourceRows()) {
        fail("I8: replayed is %s, and loaded was %s", head, theirs);
      }
      requireSame(head, rows(world.store(), live, theirs), rows(store, sink.ledger(), head));
    }
  }

  private List<PlannedRun> runs() {
    PlannedRun any = world.source().plans().get(0).plan();
    return world.source().plans().stream()
        .map(plan -> new PlannedRun(plan.plan().stream(), plan.plan().run(), any.plan()))
        .distinct()
        .toList();
  }

  private static Optional<RunHead> head(LedgerView ledger, PlannedRun run) {
    return ledger.published(run.stream(), run.run());
  }

  private static List<Long> rows(ObjectStore store, LedgerView ledger, RunHead head) {
    var rows = new ArrayList<Long>();
    for (UnitMarker marker : ledger.markers(head.plan())) {
      for (StagedFile file : marker.staged().files()) {
        rows.addAll(Values.ids(store.read(file.path()).orElseThrow()));
      }
    }
    return rows;
  }

  /** As multisets. */
  private static void requireSame(RunHead head, List<Long> expected, List<Long> found) {
    var all = new ArrayList<>(expected);
    var ours = new ArrayList<>(found);
    Collections.sort(all);
    Collections.sort(ours);
    if (!all.equals(ours)) {
      fail("I8: %s holds %s instead of %s", head, ours, all);
    }
  }

  private static void fail(String pattern, Object... values) {
    throw new AssertionError(Journal.words(pattern, Arrays.asList(values)));
  }
}
