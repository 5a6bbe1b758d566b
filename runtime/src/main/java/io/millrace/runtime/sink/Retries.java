package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Tries calls again while they fail in ways that may pass, until told to stop. Thread-safe. */
final class Retries {
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

  private final Duration firstPause;
  private final SinkEvents events;
  private final CountDownLatch stopped = new CountDownLatch(1);

  /** The pause doubles with every failure of a call, up to half a minute. */
  Retries(Duration firstPause, SinkEvents events) {
    this.firstPause = firstPause;
    this.events = events;
  }

  /**
   * The call's answer.
   *
   * @param what names the call to people, e.g. {@code load trips.rides/snapshot/...}
   * @throws MillraceException as the call, if trying again does not help
   * @throws CancellationException if told to stop
   */
  <T> T untilAnswered(String what, Supplier<T> call) {
    Duration pause = firstPause;
    while (true) {
      try {
        return call.get();
      } catch (MillraceException e) {
        if (!e.retriable()) {
          throw e;
        }
        requireRunning();
        events.retrying(what, e);
        sleep(pause);
        pause = pause.multipliedBy(2);
        pause = pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause;
      }
    }
  }

  /**
   * For work that takes long between two calls.
   *
   * @throws CancellationException if told to stop
   */
  void requireRunning() {
    if (stopped.getCount() == 0) {
      throw cancelled();
    }
  }

  private void sleep(Duration pause) {
    try {
      if (stopped.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
        throw cancelled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw cancelled();
    }
  }

  private static CancellationException cancelled() {
    return new CancellationException("The sink is being stopped");
  }

  /** Nothing is tried again from now on. */
  void stop() {
    stopped.countDown();
  }
}
