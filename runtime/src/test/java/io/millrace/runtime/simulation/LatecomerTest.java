package io.millrace.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Processes that learn late what has happened meanwhile. */
class LatecomerTest {
  private static final int ROUNDS = 8;

  @TempDir Path folder;

  @Test
  void whatAZombieStagesForAClosedPlanBeforeItDiesIsSweptWithTheNextPlan() {
    try (BufferAllocator vectors = new RootAllocator()) {
      var world = new ScriptedWorld(Mutation.NONE, vectors, folder);
      world.send(world.plan(2));
      SimulatedProcess zombie = world.begin();
      zombie.takeTurn();
      zombie.lookUp();
      world.evict(zombie);

      SimulatedProcess other = world.begin();
      loadOneMore(world, other);
      world.interrupt(zombie, call -> call.contains("/units/"), zombie::crash);
      zombie.load();
      assertThat(left(world)).hasSize(1);

      loadOneMore(world, other);
      assertThat(left(world)).isEmpty();
      world.check();
    }
  }

  @Test
  void readingAgainEndsWhereATopicThatWasMadeAnewEnds() {
    try (BufferAllocator vectors = new RootAllocator()) {
      var world = new ScriptedWorld(Mutation.NONE, vectors, folder);
      SourcePlan plan = world.plan(1);
      world.send(plan);
      world.log().partitions().get(0).truncate(1);
      SimulatedProcess process = world.begin();
      process.takeTurn();
      process.lookUp();
      assertThat(world.journal().counts()).containsKey(Event.REREAD);

      world.log().create(SimulatedSource.RIDES.topic(), 1);
      world.group().forget(SimulatedSource.RIDES.topic());
      process.load();
      world.check();
      assertThat(world.rows(plan)).isEmpty();

      List<Long> rows = world.send(plan);
      process.work();
      assertThat(world.rows(plan)).contains(rows);
      world.check();
    }
  }

  private static void loadOneMore(ScriptedWorld world, SimulatedProcess process) {
    SourcePlan plan = world.plan(1);
    List<Long> rows = world.send(plan);
    for (int round = 0; round < ROUNDS; round++) {
      process.work();
    }
    assertThat(world.rows(plan)).contains(rows);
    assertThat(world.store().list("_millrace/sim/lake/open")).isEmpty();
  }

  private static List<String> left(ScriptedWorld world) {
    return world.store().list("_millrace/sim/lake/staging");
  }
}
