package io.millrace.runtime.sink;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Work for the consumer's thread, from any thread. It is done between two polls; nobody wakes the
 * consumer for it, since a wake-up that meets a rebalance would lose the lanes being assigned.
 */
final class Inbox {
  private final Queue<Runnable> work = new ConcurrentLinkedQueue<>();

  void post(Runnable task) {
    work.add(task);
  }

  /** Does what was posted. */
  void drain() {
    for (Runnable task = work.poll(); task != null; task = work.poll()) {
      task.run();
    }
  }
}
