package io.millrace.runtime.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Ctrl-C, or a TERM signal: lets a command end in order before the JVM does. Open it before what
 * has to be ended, so that it is closed after it.
 */
final class StopSignal implements AutoCloseable {
  private static final Duration LONGEST_STOP = Duration.ofSeconds(12);

  private final CountDownLatch asked = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook = new Thread(this::stop, "millrace-stop");

  StopSignal() {
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** Waits this long, or until it is time to end; says whether it is. */
  boolean within(Duration span) throws InterruptedException {
    return asked.await(span.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void stop() {
    asked.countDown();
    try {
      if (!ended.await(LONGEST_STOP.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("Not everything has stopped: what is left is done at the next start");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    if (asked.getCount() > 0) {
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        // the JVM is ending already, and the hook has nothing left to wait for
      }
    }
  }
}
