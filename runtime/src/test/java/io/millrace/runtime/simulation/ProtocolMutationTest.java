package io.millrace.runtime.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Breaks each rule of the protocol once: the simulation must notice, or it proves nothing. */
class ProtocolMutationTest {
  private static final int SEEDS = 100;
  private static final int EVENTS = 500;

  @TempDir Path scratch;

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void theSimulationNotices(Mutation mutation) {
    try (BufferAllocator vectors = new RootAllocator()) {
      for (int seed = 0; seed < SEEDS; seed++) {
        Optional<AssertionError> noticed = violation(new World(seed, mutation, vectors, scratch));
        if (noticed.isPresent()) {
          System.out.printf(
              "%-32s noticed by seed %2d: %s%n", mutation, seed, beginning(noticed.get()));
          return;
        }
      }
    }
    assertThat(mutation).as("%d worlds do not notice it", SEEDS).isEqualTo(Mutation.NONE);
  }

  @ParameterizedTest
  @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
  void itShowsOnARealDisk(Mutation mutation) {
    try (BufferAllocator vectors = new RootAllocator()) {
      Stories.tell(mutation, new ScriptedWorld(Mutation.NONE, vectors, scratch.resolve("sound")));
      assertThatThrownBy(
              () ->
                  Stories.tell(
                      mutation, new ScriptedWorld(mutation, vectors, scratch.resolve("broken"))))
          .isInstanceOf(AssertionError.class)
          .satisfies(shown -> System.out.printf("%-32s shows: %s%n", mutation, beginning(shown)));
    }
  }

  private static Optional<AssertionError> violation(World world) {
    try {
      world.run(EVENTS);
      return Optional.empty();
    } catch (AssertionError e) {
      return Optional.of(e);
    }
  }

  /** The beginning, on one line. */
  private static String beginning(Throwable error) {
    String line = error.getMessage().strip().replaceAll("\\s+", " ");
    return line.substring(0, Math.min(line.length(), 150));
  }
}
