package io.millrace.runtime.simulation;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeChainsView;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.sink.MemoryBudget;
import io.millrace.sinks.ledger.StoreLedger;
import io.millrace.sinks.store.LocalStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.common.TopicPartition;

/**
 * A calm world on a local disk in which a test says who does what next. Nobody looks at invariants:
 * only what a reader of the target sees counts.
 */
final class ScriptedWorld extends World {
  private final Path root;
  private final Invariants blind;
  private Predicate<String> interruptedAt = call -> false;
  private SimulatedProcess interrupted;
  private Runnable interruption;
  private int started;
  private int plans;
  private int attempts;

  ScriptedWorld(Mutation mutation, BufferAllocator vectors, Path root) {
    super(
        0,
        mutation,
        new LocalStore(root.resolve("lake"), new Nonces(new SplittableRandom(1))),
        vectors,
        root.resolve("scratch"));
    this.root = root.resolve("lake");
    this.blind =
        new Invariants(this) {
          @Override
          void changed(String key) {}

          @Override
          void mayCommit(SimulatedProcess process, TopicPartition lane, long offset) {}
        };
    log().create(SimulatedSource.RIDES.topic(), 1);
    log().create(ChangeSource.FARES.changesTopic(), 1);
    calmDown();
  }

  @Override
  Invariants invariants() {
    return blind;
  }

  /** The next plan of the run, of so many units. */
  SourcePlan plan(int size) {
    var id = new PlanId(SimulatedClock.BEGINNING + ++plans, "p" + plans);
    return SourcePlan.of(new PlannedRun(SimulatedSource.RIDES, RunId.SNAPSHOT, id), size);
  }

  /** An attempt at the plan's first unit with batches of two rows and of one, not sent yet. */
  SourceTask attempt(SourcePlan plan, SourceAttempt.Flaw flaw) {
    var attempt =
        new SourceAttempt(
            ++attempts,
            plan.units().get(0),
            plan.units().size(),
            clock().instant(),
            List.of(2, 1),
            flaw);
    return new SourceTask(attempt, /* transactional= */ false);
  }

  /** Sends a whole attempt at the plan's first unit; returns its rows. */
  List<Long> send(SourcePlan plan) {
    SourceTask task = attempt(plan, SourceAttempt.Flaw.NONE);
    sendRest(task);
    return task.attempt().rows();
  }

  void sendRest(SourceTask task) {
    while (!task.attempt().isDone()) {
      task.sendNext(log());
    }
  }

  /** Commits some changes and sends them, with what closes them. */
  void sendChanges() {
    changes().commit();
    changes().commit();
    changes().quiet();
  }

  /** The ids of all changes so far, by bucket. */
  List<List<Long>> sentChanges() {
    return IntStream.range(0, ChangeSource.BUCKETS)
        .mapToObj(
            bucket ->
                changes()
                    .changes(bucket, Position.START, new Position(changes().lastCommit(), 99))
                    .stream()
                    .map(Changes.Change::id)
                    .toList())
        .toList();
  }

  /** The ids that a reader finds, by bucket. */
  List<List<Long>> loadedChanges() {
    ChangeChainsView chains = ledger().chains();
    return IntStream.range(0, ChangeSource.BUCKETS)
        .mapToObj(
            bucket ->
                chains.published(changes().bucket(bucket)).stream()
                    .flatMap(entry -> chains.files(entry).stream())
                    .flatMap(file -> read(Path.of(file)).stream())
                    .toList())
        .toList();
  }

  /** The ledger does not tell where to go on reading. */
  void forgetHints() {
    store().delete(store().list("_millrace/sim/lake/hints"));
  }

  /** Starts a process that puts its files into a folder of its own. */
  SimulatedProcess begin() {
    var process = new SimulatedProcess(this, started);
    process.start(started++, new MemoryBudget(1 << 20, 0));
    processes().add(process);
    group().join(process.consumer());
    return process;
  }

  /** The first time the process is about to call the store for such a key, this happens first. */
  void interrupt(SimulatedProcess process, Predicate<String> at, Runnable action) {
    interrupted = process;
    interruptedAt = at;
    interruption = action;
  }

  @Override
  void meanwhile(SimulatedProcess process, String call) {
    if (process == interrupted && interruptedAt.test(call)) {
      interrupted = null;
      interruption.run();
    }
  }

  /**
   * The rows a reader sees in a run; empty if none is published. Fails where the ledger and the
   * disk disagree.
   */
  Optional<List<Long>> rows(SourcePlan plan) {
    LedgerView ledger = ledger();
    Optional<RunHead> head = ledger.published(plan.plan().stream(), plan.plan().run());
    return head.map(
        published -> {
          var rows = new ArrayList<Long>();
          ledger.files(published).forEach(file -> rows.addAll(read(Path.of(file))));
          return rows;
        });
  }

  private LedgerView ledger() {
    var context =
        new SinkContext(
            "sim",
            "lake",
            SinkContext.SNAPSHOT,
            "",
            root,
            new Nonces(new SplittableRandom(2)),
            clock());
    return StoreLedger.look(store(), context);
  }

  private static List<Long> read(Path file) {
    try {
      return Values.ids(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new AssertionError("A reader does not find " + file, e);
    }
  }
}
