package io.millrace.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.function.Predicate;

/**
 * For each rule a story in which breaking it shows to whoever reads the target. Told on a local
 * disk with the real ledger; processes are called A and B, plans first and second.
 */
final class Stories {
  private Stories() {}

  /** Tells the story in which this mutation shows. */
  static void tell(Mutation mutation, ScriptedWorld world) {
    switch (mutation) {
      case NONE -> throw new IllegalArgumentException("It shows nowhere");
      case DUPLICATES_COUNT -> aBatchIsSentTwice(world);
      case ENDS_ARE_TRUSTED -> aBatchIsMissing(world);
      case PLANS_ARE_NOT_OPENED -> whoLoadedDiesBeforeItSettles(world);
      case MARKERS_OVERWRITE -> aZombieLoadsAfterAll(world);
      case PUBLISHERS_GO_BY_THEIR_SETTINGS -> anotherPublishes(world);
      case COMMITS_COME_BEFORE_LOADS -> whoReadDiesBeforeItLoads(world);
      case LETTERS_ARE_NOT_AWAITED -> whoReadDiesBeforeItWritesTheLetter(world);
      case OVERDUE_PLANS_ARE_NOT_READ -> aUnitIsSplit(world);
      case HEADS_OVERWRITE -> twoMakeTheSameHead(world);
      case HEADS_RETURN -> theFirstPlanIsSettledAgain(world);
      case REMOVAL_COMES_FIRST -> whoMadeTheHeadDiesBeforeItPublishes(world);
      case POSITIONS_ARE_NOT_COMPARED -> changesAreReadAgain(world);
      case GAPS_ARE_NOT_SEEN -> changesAreGone(world);
      case ENTRIES_OVERWRITE -> aZombieLoadsChangesAfterAll(world);
    }
  }

  private static void aBatchIsSentTwice(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    SourceTask task = world.attempt(plan, SourceAttempt.Flaw.NONE);
    task.sendNext(world.log());
    task.send(world.log(), 0);
    world.sendRest(task);
    world.begin().work();
    assertThat(world.rows(plan)).contains(task.attempt().rows());
  }

  private static void aBatchIsMissing(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    world.sendRest(world.attempt(plan, SourceAttempt.Flaw.SHORT_READ));
    world.begin().work();
    assertThat(world.rows(plan)).isEmpty();
  }

  private static void whoLoadedDiesBeforeItSettles(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    List<Long> rows = world.send(plan);
    SimulatedProcess a = world.begin();
    a.takeTurn();
    a.lookUp();
    a.load();
    world.clock().pass(World.LONGEST_REQUEST);
    a.takeTurn();
    a.crash();
    world.evict(a);
    world.begin().work();
    assertThat(world.rows(plan)).contains(rows);
  }

  private static void aZombieLoadsAfterAll(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    List<Long> rows = world.send(plan);
    SimulatedProcess a = world.begin();
    a.takeTurn();
    a.lookUp();
    world.evict(a);
    world.begin().work();
    a.load();
    assertThat(world.rows(plan)).contains(rows);
  }

  private static void anotherPublishes(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    List<Long> rows = world.send(plan);
    SimulatedProcess a = world.begin();
    a.takeTurn();
    a.lookUp();
    a.load();
    a.crash();
    world.evict(a);
    world.begin().work();
    assertThat(world.rows(plan)).contains(rows);
  }

  private static void whoReadDiesBeforeItLoads(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    List<Long> rows = world.send(plan);
    SimulatedProcess a = world.begin();
    a.takeTurn();
    a.settle();
    a.crash();
    world.evict(a);
    world.begin().work();
    assertThat(world.rows(plan)).contains(rows);
  }

  private static void whoReadDiesBeforeItWritesTheLetter(ScriptedWorld world) {
    LogPartition lane = world.log().partitions(SimulatedSource.RIDES.topic()).get(0);
    world.log().appendJunk(lane);
    SimulatedProcess a = world.begin();
    a.takeTurn();
    world.clock().pass(World.SETTLE_EVERY);
    a.takeTurn();
    a.settle();
    a.crash();
    world.evict(a);
    SimulatedProcess b = world.begin();
    b.takeTurn();
    b.writeLetters();
    assertThat(world.letters()).containsExactly(new World.Letter(lane, 0));
  }

  private static void aUnitIsSplit(ScriptedWorld world) {
    SourcePlan plan = world.plan(1);
    SourceTask task = world.attempt(plan, SourceAttempt.Flaw.NONE);
    task.sendNext(world.log());
    LogPartition first = world.log().partitions(SimulatedSource.RIDES.topic()).get(0);
    do {
      world.log().addPartition(SimulatedSource.RIDES.topic());
      task.sendNext(world.log());
    } while (!task.attempt().isDone());
    assertThat(first.end()).isLessThan(task.attempt().batches() + 1);
    SimulatedProcess a = world.begin();
    a.work();
    world.clock().pass(World.PARK_AFTER);
    a.settle();
    assertThat(world.rows(plan)).contains(task.attempt().rows());
  }

  /**
   * B has looked for open plans before there were any. A is about to make the first plan's head
   * when B makes the second's, of the same number.
   */
  private static void twoMakeTheSameHead(ScriptedWorld world) {
    SourcePlan first = world.plan(1);
    SourcePlan second = world.plan(1);
    SimulatedProcess b = world.begin();
    b.settleLoaded();
    world.evict(b);
    world.send(first);
    SimulatedProcess a = world.begin();
    a.takeTurn();
    a.lookUp();
    a.load();
    world.evict(a);
    List<Long> rows = world.send(second);
    b.takeTurn();
    b.lookUp();
    b.load();
    world.interrupt(
        a,
        secondTime("runs/rides/snapshot/0.json"),
        () -> {
          b.settleLoaded();
          world.interrupt(a, call -> true, a::crash);
        });
    a.settle();
    assertThat(world.rows(second)).contains(rows);
  }

  private static Predicate<String> secondTime(String key) {
    var times = new int[1];
    return call -> call.endsWith(key) && ++times[0] == 2;
  }

  private static void theFirstPlanIsSettledAgain(ScriptedWorld world) {
    SourcePlan first = world.plan(1);
    SourcePlan second = world.plan(1);
    world.send(first);
    List<Long> rows = world.send(second);
    SimulatedProcess a = world.begin();
    a.work();
    assertThat(world.rows(second)).contains(rows);
    world.interrupt(
        a,
        call -> {
          assertThat(world.rows(second)).contains(rows);
          return false;
        },
        () -> {});
    a.settle();
    a.settle();
    world.check();
  }

  private static void whoMadeTheHeadDiesBeforeItPublishes(ScriptedWorld world) {
    SourcePlan first = world.plan(1);
    List<Long> rows = world.send(first);
    SimulatedProcess a = world.begin();
    a.work();
    SourcePlan second = world.plan(1);
    world.send(second);
    String plan = second.plan().plan().toString();
    a.takeTurn();
    a.lookUp();
    a.load();
    world.interrupt(a, call -> call.contains(plan) && call.endsWith(".staged"), a::crash);
    a.settle();
    assertThat(world.rows(second)).contains(rows);
  }

  private static void changesAreReadAgain(ScriptedWorld world) {
    world.sendChanges();
    SimulatedProcess a = world.begin();
    a.workOff();
    assertThat(world.loadedChanges()).isEqualTo(world.sentChanges());
    world.evict(a);
    world.group().committed().clear();
    world.forgetHints();
    world.begin().workOff();
    assertThat(world.loadedChanges()).isEqualTo(world.sentChanges());
  }

  /** Nothing of a bucket is loaded behind a gap. */
  private static void changesAreGone(ScriptedWorld world) {
    world.sendChanges();
    LogPartition lane = world.log().partitions(ChangeSource.FARES.changesTopic()).get(0);
    lane.truncate(lane.end());
    world.sendChanges();
    world.begin().workOff();
    assertThat(world.loadedChanges()).allMatch(List::isEmpty);
  }

  /** Both have read the same changes, and cut them alike. */
  private static void aZombieLoadsChangesAfterAll(ScriptedWorld world) {
    world.sendChanges();
    SimulatedProcess a = world.begin();
    a.takeTurn();
    a.lookUp();
    world.evict(a);
    SimulatedProcess b = world.begin();
    b.workOff();
    a.load();
    b.settle();
    assertThat(world.loadedChanges()).isEqualTo(world.sentChanges());
  }
}
