package io.millrace.runtime.cli;

import io.millrace.core.MillraceException;
import java.time.Duration;
import java.util.function.Supplier;

/** Sessions of a source come and go while a connector is started or stopped. */
final class PassingErrors {
  private static final Duration PAUSE = Duration.ofMillis(500);
  private static final int TRIES = 20;

  private PassingErrors() {}

  /** Asks again for a while if the error passes, then gives it to the caller. */
  static <T> T outlast(Supplier<T> asked) throws InterruptedException {
    for (int i = 0; ; i++) {
      try {
        return asked.get();
      } catch (MillraceException e) {
        if (!e.retriable() || i == TRIES) {
          throw e;
        }
        Thread.sleep(PAUSE.toMillis());
      }
    }
  }
}
