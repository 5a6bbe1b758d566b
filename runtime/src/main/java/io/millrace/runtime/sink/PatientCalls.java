package io.millrace.runtime.sink;

import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Calls on a thread apart from their callers', each tried again until it is answered. */
final class PatientCalls {
  private final ExecutorService thread;
  private final Retries retries;
  private final Failures failures;

  /** Calls on this thread, which is this object's to stop. */
  PatientCalls(ExecutorService thread, Retries retries, Failures failures) {
    this.thread = thread;
    this.retries = retries;
    this.failures = failures;
  }

  /** Calls when its turn comes; the answer comes on the other thread. */
  <T> void ask(String what, Supplier<T> call, Consumer<T> answer) {
    thread.execute(
        () -> {
          try {
            answer.accept(retries.untilAnswered(what, call));
          } catch (CancellationException e) {
            // The sink is being stopped: the lane that asked is gone, or about to be.
          } catch (Throwable e) {
            failures.lasting(e);
          }
        });
  }

  /** Does something there without an answer, after what was asked before. */
  void execute(Runnable work) {
    thread.execute(work);
  }

  void stop() {
    thread.shutdownNow();
  }
}
