package io.millrace.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Sinks in worlds of chance, one per seed: whatever happens to sources, log, group, processes and
 * store, in whatever order, the invariants hold after every effect, and in the end the target holds
 * what the newest plans hold, once.
 *
 * <p>{@code -Dmillrace.seed=S} runs one seed alone, {@code -Dmillrace.seeds=N} that many.
 */
class SinkSimulationTest {
  private static final int EVENTS = 500;

  /** In so many worlds every kind of event must have happened. */
  private static final int ENOUGH = 500;

  @TempDir Path scratch;
  private final Map<Event, Integer> counts = new EnumMap<>(Event.class);

  @Test
  void invariantsHoldWhateverHappens() {
    Integer seed = Integer.getInteger("millrace.seed");
    if (seed != null) {
      run(seed, seed + 1);
      return;
    }
    int seeds = Integer.getInteger("millrace.seeds", 2_000);
    run(0, seeds);
    counts.forEach((event, count) -> System.out.printf("%-22s %,12d%n", event, count));
    if (seeds >= ENOUGH) {
      assertThat(counts.keySet()).isEqualTo(EnumSet.allOf(Event.class));
    }
  }

  @Test
  @Tag("soak")
  void invariantsHoldForLonger() {
    run(1_000_000, 1_000_000 + Integer.getInteger("millrace.seeds", 100_000));
  }

  private void run(int from, int to) {
    try (BufferAllocator vectors = new RootAllocator()) {
      for (int seed = from; seed < to; seed++) {
        var world = new World(seed, Mutation.NONE, vectors, scratch);
        try {
          world.run(EVENTS);
        } catch (AssertionError e) {
          throw new AssertionError("Seed " + seed + ": " + e.getMessage(), e);
        }
        assertThat(vectors.getAllocatedMemory()).as("leak of seed %d", seed).isZero();
        world.journal().counts().forEach((event, n) -> counts.merge(event, n, Integer::sum));
      }
    }
  }
}
