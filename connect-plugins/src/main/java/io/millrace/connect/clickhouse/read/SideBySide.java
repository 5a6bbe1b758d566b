package io.millrace.connect.clickhouse.read;

import io.millrace.connect.round.RoundTask;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Readers of one task, each of its own part of the share and with a thread of its own. */
record SideBySide(List<RoundTask.Reader> readers) implements RoundTask.Reader {
  @Override
  public void run() {
    ExecutorService threads = Executors.newFixedThreadPool(readers.size(), SideBySide::thread);
    try {
      threads.invokeAll(readers.stream().map(Executors::callable).toList());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // stopped, and those that read are interrupted, too
    } finally {
      threads.shutdownNow();
    }
  }

  private static Thread thread(Runnable work) {
    var thread = new Thread(work, "millrace-read-connection");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public void stop() {
    readers.forEach(RoundTask.Reader::stop);
  }
}
