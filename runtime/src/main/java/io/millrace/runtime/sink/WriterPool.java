package io.millrace.runtime.sink;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Loads what lanes have collected, in the order of their requests. */
final class WriterPool {
  private final ExecutorService threads;
  private final Failures failures;
  private volatile boolean stopping;

  /**
   * Loads on these threads, which are the pool's to stop; what ends without an outcome is a
   * failure.
   */
  WriterPool(ExecutorService threads, Failures failures) {
    this.threads = threads;
    this.failures = failures;
  }

  /**
   * Loads when its turn comes, if that is still wanted then; the outcome goes to {@code done},
   * after the source was closed. Begins nothing once it is stopped.
   */
  <O> void submit(
      AttemptSource source, Supplier<O> load, BooleanSupplier wanted, Consumer<O> done) {
    if (stopping) {
      source.close();
      return;
    }
    threads.execute(
        () -> {
          try {
            O outcome;
            try (source) {
              if (stopping || !wanted.getAsBoolean()) {
                return;
              }
              outcome = load.get();
            }
            done.accept(outcome);
          } catch (CancellationException e) {
            // Whoever reads the log next loads it.
          } catch (Throwable e) {
            failures.lasting(e);
          }
        });
  }

  /** Lets running loads finish for a while, then abandons them; waiting ones are not begun. */
  void stop(Duration patience) {
    stopping = true;
    threads.shutdown();
    try {
      if (!threads.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        abandon();
      }
    } catch (InterruptedException e) {
      abandon();
      Thread.currentThread().interrupt();
    }
  }

  /** Whoever takes a request once we are stopping does nothing but close its source. */
  private void abandon() {
    threads.shutdownNow().forEach(Runnable::run);
  }
}
