package io.millrace.benchmarks.process;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Waiting for something that can only be looked at. */
public final class Wait {
  /** How exact a measured moment is. */
  public static final Duration FINE = Duration.ofMillis(25);

  /** For what costs CPU to look at, and takes minutes. */
  public static final Duration COARSE = Duration.ofMillis(250);

  private Wait() {}

  /** Looks again and again until it is so; fails after the limit. */
  public static void until(String what, Duration limit, Duration pause, BooleanSupplier so) {
    long end = System.nanoTime() + limit.toNanos();
    while (!so.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("Waited %s in vain until %s".formatted(limit, what));
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("Interrupted while waiting until " + what, e);
      }
    }
  }
}
