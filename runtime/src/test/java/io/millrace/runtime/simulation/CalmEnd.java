package io.millrace.runtime.simulation;

import io.millrace.core.PlannedRun;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.wire.ChangeHeader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * The end of a world: all faults stop, and what was begun comes to its end. First whatever could be
 * loaded must have been; then every run is read once more, and nothing but that may be left.
 */
final class CalmEnd {
  private static final int MOST_STEPS = 2_000;
  private static final Duration ROUND = Duration.ofSeconds(31);

  /** Longer than a bucket that is halted waits until it looks once more. */
  private static final Duration LOOKS_AGAIN = Duration.ofDays(1);

  private final World world;

  CalmEnd(World world) {
    this.world = world;
  }

  void run() {
    List<SimulatedProcess> dead =
        world.processes().stream().filter(SimulatedProcess::isDead).toList();
    for (SimulatedProcess process : dead) {
      if (world.group().has(process.consumer())) {
        world.group().leave(process.consumer());
      }
      world.processes().remove(process);
    }
    world.processes().forEach(process -> process.pause(false));
    world.start();
    if (!world.dice().once(4)) {
      stopAllButOne();
    }
    addPartitions();
    world.source().quiet();
    world.changes().quiet();
    pass(2);
    world.clock().pass(World.PARK_AFTER.multipliedBy(2));
    world.source().tick();
    world.changes().tick();
    pass(2);
    world.clock().pass(LOOKS_AGAIN);
    world.changes().tick();
    pass(4);
    requireAllLoaded();
    requireChainsGoAsFarAsTheLog();
    goOnBehindGaps();
    new SimulatedReplay(world).run().requireWhatTheLogHolds();
    world.source().heal();
    world.changes().heal();
    world.clock().pass(World.PARK_AFTER.multipliedBy(2));
    world.source().tick();
    pass(6);
    requireAllLoaded();
    requireChainsGoAsFarAsTheLog();
    requireAllChanges();
    requireNothingElse();
    new SimulatedReplay(world).run().requireEqual();
  }

  /** Somebody decides to do without what is lost, gap by gap, and the sinks notice. */
  private void goOnBehindGaps() {
    var operator = new Operator(world);
    for (int gaps = 0; operator.decide() > 0; gaps++) {
      if (gaps > MOST_STEPS) {
        fail("There is always another gap");
      }
      pass(2);
      requireChainsGoAsFarAsTheLog();
    }
  }

  /** Perhaps one more TopicPartition: what is being sent is split, and no lane has all of it. */
  private void addPartitions() {
    for (String topic : Faults.TOPICS) {
      if (world.dice().once(2)) {
        world.journal().note(Event.PARTITION_ADDED, "%s", topic);
        world.log().addPartition(topic);
        world.group().rebalance();
      }
    }
  }

  private void stopAllButOne() {
    var others = world.processes().subList(1, world.processes().size());
    for (SimulatedProcess process : others) {
      process.stop();
      world.group().leave(process.consumer());
    }
    others.clear();
  }

  /** Time passes, and everybody does what is due. */
  private void pass(int rounds) {
    for (int round = 0; round < rounds; round++) {
      world.clock().pass(ROUND);
      world.landWhatIsDue();
      boolean goesOn = true;
      for (int steps = 0; goesOn; steps++) {
        if (steps > MOST_STEPS) {
          fail("The processes never come to rest");
        }
        goesOn = false;
        for (SimulatedProcess process : world.processes()) {
          goesOn |= process.stepAll();
          world.check();
        }
      }
    }
  }

  private void requireAllLoaded() {
    for (SourcePlan plan : world.source().plans()) {
      for (Unit unit : plan.units()) {
        if (world.invariants().marker(unit) == null && !world.invariants().isDecided(unit)) {
          requireNotLost(unit);
        }
      }
      requireHead(plan);
    }
    requireShortPlansHeld();
    for (LogPartition partition : world.log().partitions()) {
      long committed = world.group().committed().getOrDefault(partition.name(), partition.start());
      if (committed < firstThatMayHold(partition)) {
        fail("I5: %s is committed up to %s of %d", partition.name(), committed, partition.end());
      }
    }
  }

  /** Ticks after which nothing came need no entry yet, and hold the offset until they have one. */
  private long firstThatMayHold(LogPartition partition) {
    for (long offset = partition.start(); offset < partition.stableEnd(); offset++) {
      LogEntry entry = partition.at(offset);
      if (entry.visible()
          && entry.change() instanceof ChangeHeader.Tick tick
          && tick.last().compareTo(world.invariants().changes().end(tick.bucket())) > 0) {
        return offset;
      }
    }
    return partition.stableEnd();
  }

  /** No record in the log goes on where a chain ends. */
  private void requireChainsGoAsFarAsTheLog() {
    for (int number = 0; number < ChangeSource.BUCKETS; number++) {
      Position end = world.invariants().changes().end(world.changes().bucket(number));
      for (LogPartition partition : world.log().partitions(ChangeSource.FARES.changesTopic())) {
        for (long offset = partition.start(); offset < partition.stableEnd(); offset++) {
          LogEntry entry = partition.at(offset);
          if (entry.visible()
              && entry.change() instanceof ChangeHeader.Data
              && entry.change().bucket().equals(world.changes().bucket(number))
              && entry.record().value() != Values.GARBLED
              && entry.change().after().compareTo(end) <= 0
              && entry.change().last().compareTo(end) > 0) {
            fail(
                "Lost: the chain of bucket %d ends at %s, and %s goes on at %d: %s",
                number, end, partition.name(), offset, entry.change());
          }
        }
      }
    }
  }

  private void requireAllChanges() {
    for (int number = 0; number < ChangeSource.BUCKETS; number++) {
      Position end = world.invariants().changes().end(world.changes().bucket(number));
      Position last = new Position(world.changes().lastCommit(), 0);
      if (!world.changes().changes(number, end, last).isEmpty()) {
        fail("I3: the chain of bucket %d ends at %s before %s", number, end, last);
      }
    }
  }

  /** A unit that no lane had all of may have come to be whole after its plan was held. */
  private void requireNotLost(Unit unit) {
    boolean gaveUp =
        world.invariants().ledger().held(unit.plannedRun()).stream()
            .anyMatch(held -> held.partition().isEmpty() && held.at().isBefore(world.calmSince()));
    for (SourceAttempt attempt : world.source().attempts(unit)) {
      if (attempt.mustLoadFromOneLane(world.log()) || (attempt.mustLoad(world.log()) && !gaveUp)) {
        fail("Lost: %s lies whole in the log and is not loaded", attempt);
      }
    }
  }

  /** Nobody goes on for ever with a plan half there and says nothing. */
  private void requireShortPlansHeld() {
    for (OpenPlan open : world.invariants().ledger().openPlans()) {
      PlannedRun plan = open.plan();
      if (!world.invariants().isDecided(plan) && world.invariants().ledger().held(plan).isEmpty()) {
        fail("%s is short, and nothing of it is held", plan);
      }
    }
  }

  private void requireHead(SourcePlan plan) {
    PlannedRun id = plan.plan();
    boolean whole = plan.units().stream().allMatch(unit -> world.invariants().marker(unit) != null);
    Optional<RunHead> head = world.invariants().newestHead(id.stream(), id.run());
    if (whole && (head.isEmpty() || head.get().plan().plan().compareTo(id.plan()) < 0)) {
      fail("All units of %s are loaded and the head is %s", id, head);
    }
  }

  private void requireNothingElse() {
    for (SourcePlan plan : world.source().plans()) {
      requireNewest(plan.plan().stream(), plan.plan().run());
    }
    var visible = new TreeSet<String>();
    var left = new ArrayList<String>();
    for (String folder : List.of("v0", "v1")) {
      visible.addAll(world.store().list(folder));
    }
    for (String folder : List.of("staging", "open", "held")) {
      left.addAll(world.store().list("_millrace/sim/lake/" + folder));
    }
    world.store().list("_millrace/sim/lake/staging-changes").stream()
        .filter(key -> !world.invariants().changes().mayStay(key))
        .forEach(left::add);
    var named = new TreeSet<>(world.invariants().namedByHeads());
    named.addAll(world.invariants().changes().named());
    if (!visible.equals(named)) {
      fail("I2: visible are %s, and the heads name %s", visible, named);
    }
    if (!left.isEmpty()) {
      fail("I6: left over is %s", left);
    }
  }

  private void requireNewest(StreamId stream, RunId run) {
    PlannedRun newest =
        world.source().plans().stream()
            .map(SourcePlan::plan)
            .filter(plan -> plan.stream().equals(stream) && plan.run().equals(run))
            .max(Comparator.comparing(PlannedRun::plan))
            .orElseThrow();
    Optional<RunHead> head = world.invariants().ledger().published(stream, run);
    if (head.isEmpty() || !head.get().plan().equals(newest)) {
      fail("The newest plan is %s, and published is %s", newest, head);
    }
    long rows = 0;
    for (UnitMarker marker : world.invariants().ledger().markers(newest)) {
      rows += world.source().attempt(marker.attempt().nonce()).rows().size();
    }
    if (rows != head.get().rows()) {
      fail("I3: %s holds %d rows", head.get(), rows);
    }
  }

  private static void fail(String pattern, Object... values) {
    throw new AssertionError(Journal.words(pattern, Arrays.asList(values)));
  }
}
