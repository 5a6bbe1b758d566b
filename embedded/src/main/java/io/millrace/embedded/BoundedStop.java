package io.millrace.embedded;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Stops a server in order, but not at any price: what hangs is left behind on a daemon thread. */
final class BoundedStop {
  private static final Logger log = LoggerFactory.getLogger(BoundedStop.class);

  private BoundedStop() {}

  /**
   * Returns true when {@code stop} ended within the limit, false when it goes on in the background.
   */
  static boolean within(Duration limit, String server, Runnable stop) {
    var thread = new Thread(() -> stopQuietly(server, stop), "stop-" + server);
    thread.setDaemon(true);
    thread.start();
    try {
      thread.join(limit.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (thread.isAlive()) {
      log.warn("{} did not stop within {} ms and is left behind", server, limit.toMillis());
      return false;
    }
    return true;
  }

  private static void stopQuietly(String server, Runnable stop) {
    try {
      stop.run();
    } catch (RuntimeException e) {
      log.warn("{} did not stop in order", server, e);
    }
  }
}
