package io.millrace.embedded;

import java.util.concurrent.CountDownLatch;

/**
 * What the {@code main} methods share: say that the server is ready, then serve until the process
 * is terminated.
 */
final class ChildJvm {
  private ChildJvm() {}

  static void serve(AutoCloseable server, String readyLine) throws InterruptedException {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(server), "close"));
    System.out.println(readyLine);
    System.out.flush();
    new CountDownLatch(1).await();
  }

  private static void close(AutoCloseable server) {
    try {
      server.close();
    } catch (Exception e) {
      System.err.println("Did not close in order: " + e);
    }
  }
}
