package io.millrace.runtime;

import io.millrace.runtime.faults.TcpProxy;
import io.millrace.runtime.faults.TcpProxy.Weather;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** A random fault every 10 to 30 seconds, from its own thread, until it is closed. */
final class SoakFaults implements AutoCloseable {
  private static final int LEAST_SECONDS = 10;
  private static final int MOST_SECONDS = 30;

  /** Longer than the session of a sink. */
  private static final Duration STOPPED_FOR = Duration.ofSeconds(12);

  private static final Duration LONGEST_WEATHER = Duration.ofSeconds(20);
  private static final Duration FULL_FOR = Duration.ofSeconds(6);

  /** Something that goes wrong and is well again when it returns. */
  private interface Harm {
    void happen() throws Exception;
  }

  private record Fault(String name, Harm harm) {}

  private final FragileServers servers;
  private final SoakSinks sinks;
  private final SoakLog log;
  private final Path lake;
  private final Random random;
  private final ReentrantLock happening = new ReentrantLock(true);
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread thread = new Thread(this::run, "faults");
  private final List<Fault> faults;
  private final List<Fault> due = new ArrayList<>();

  SoakFaults(FragileServers servers, SoakSinks sinks, SoakLog log, Path lake, Random random) {
    this.servers = servers;
    this.sinks = sinks;
    this.log = log;
    this.lake = lake;
    this.random = random;
    this.faults =
        List.of(
            new Fault("kill -9 of a sink", () -> sinks.kill(random.nextInt(2))),
            new Fault("kill -9 of a worker", this::killWorker),
            new Fault("kill -9 of the broker", servers::killBroker),
            new Fault("kill -9 of Postgres", servers::killPostgres),
            new Fault("SIGSTOP of a sink beyond its session, SIGCONT", this::stopSink),
            new Fault("connections to Kafka cut", servers.toKafka()::cut),
            weather("Kafka refuses", servers.toKafka(), Weather.REFUSING),
            weather("Kafka half-open", servers.toKafka(), Weather.SILENT),
            weather("Kafka's answers lost", servers.toKafka(), Weather.ANSWERS_LOST),
            weather("Kafka slow", servers.toKafka(), Weather.SLOW),
            new Fault("connections to Postgres cut", servers.toPostgres()::cut),
            weather("Postgres half-open", servers.toPostgres(), Weather.SILENT),
            weather("Postgres's answers lost", servers.toPostgres(), Weather.ANSWERS_LOST),
            new Fault("the lake's disk full", this::fillTheDisk));
    thread.start();
  }

  private void run() {
    try {
      while (!closed.await(
          LEAST_SECONDS + random.nextInt(MOST_SECONDS - LEAST_SECONDS), TimeUnit.SECONDS)) {
        happening.lock();
        try {
          Fault fault = next();
          log.count(fault.name);
          fault.harm.happen();
        } finally {
          happening.unlock();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception | AssertionError e) {
      log.say("FAILED to do harm: " + e);
    }
  }

  /** All of them in random order, then all again in another. */
  private Fault next() {
    if (due.isEmpty()) {
      due.addAll(faults);
      Collections.shuffle(due, random);
    }
    return due.remove(due.size() - 1);
  }

  /** Nothing more goes wrong until what this returns is closed. */
  AutoCloseable pause() {
    happening.lock();
    return happening::unlock;
  }

  private void killWorker() {
    List<ConnectWorker> running = servers.workers();
    running.get(random.nextInt(running.size())).kill();
    servers.startWorker();
    servers.awaitReady();
  }

  private void stopSink() throws InterruptedException {
    MillraceProcess sink = sinks.sink(random.nextInt(2));
    sink.signal("STOP");
    closed.await(STOPPED_FOR.toSeconds(), TimeUnit.SECONDS);
    sink.signal("CONT");
  }

  private Fault weather(String name, TcpProxy proxy, Weather weather) {
    return new Fault(
        name,
        () -> {
          proxy.become(weather);
          closed.await(1 + random.nextInt((int) LONGEST_WEATHER.toSeconds()), TimeUnit.SECONDS);
          proxy.become(Weather.CLEAR);
        });
  }

  private void fillTheDisk() throws InterruptedException, IOException {
    Path filler = lake.resolve("filler");
    try (OutputStream out = Files.newOutputStream(filler)) {
      var block = new byte[4096];
      while (true) {
        out.write(block);
      }
    } catch (IOException e) {
      closed.await(FULL_FOR.toSeconds(), TimeUnit.SECONDS);
    } finally {
      Files.delete(filler);
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      thread.join(Duration.ofMinutes(1).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
