package io.millrace.runtime.sink;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;

/**
 * What the parts of a sink stand on.
 *
 * @param readers gives consumers outside any group
 * @param threads where the parts work
 * @param budget what batches may take until they are loaded
 * @param vectors where writers decode batches
 * @param clock when to commit and to look after plans
 * @param firstRetry how long to wait before a call is tried again for the first time
 */
record SinkGround(
    Supplier<Consumer<byte[], byte[]>> readers,
    Threads threads,
    MemoryBudget budget,
    BufferAllocator vectors,
    InstantSource clock,
    Duration firstRetry) {
  private static final Duration FIRST_RETRY = Duration.ofMillis(100);

  /**
   * The threads, each for one part, which stops them.
   *
   * @param lookUps one that asks the ledger
   * @param writers those that load
   * @param settler one that looks after plans
   * @param overdue one that reads plans once more
   * @param fetches one that reads changes that were missing
   */
  record Threads(
      ExecutorService lookUps,
      ExecutorService writers,
      ScheduledExecutorService settler,
      ExecutorService overdue,
      ExecutorService fetches) {
    private static Threads daemons(String name, int writers) {
      return new Threads(
          Executors.newSingleThreadExecutor(new DaemonThreads(name + "-ledger")),
          Executors.newFixedThreadPool(writers, new DaemonThreads(name + "-writer")),
          Executors.newSingleThreadScheduledExecutor(new DaemonThreads(name + "-settler")),
          Executors.newSingleThreadExecutor(new DaemonThreads(name + "-overdue")),
          Executors.newSingleThreadExecutor(new DaemonThreads(name + "-fetches")));
    }
  }

  /** Kafka and threads of this process, which are called after the name. */
  static SinkGround real(
      String name,
      SinkSettings settings,
      MemoryBudget budget,
      BufferAllocator vectors,
      InstantSource clock) {
    return new SinkGround(
        () -> new KafkaConsumer<>(ConsumerProperties.forReading(settings, budget)),
        Threads.daemons(name, settings.writers()),
        budget,
        vectors,
        clock,
        FIRST_RETRY);
  }
}
