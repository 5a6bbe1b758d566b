package io.millrace.runtime.simulation;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/** All chance of one world, from one seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    // Seeds of small numbers in a row are to give worlds that have nothing in common.
    random = new SplittableRandom(seed * 0x9E3779B97F4A7C15L + 1);
  }

  /** True once in so many throws. */
  boolean once(int in) {
    return random.nextInt(in) == 0;
  }

  /** A number from 0 up to but not including {@code bound}. */
  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T oneOf(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  /** Dice of their own, drawn from these. */
  RandomGenerator split() {
    return random.split();
  }
}
