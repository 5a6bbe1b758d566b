package io.millrace.runtime.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.faults.TcpProxy.Weather;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sinks on a network that cuts, falls silent, refuses, lags and loses answers. */
class NetworkFaultIT {
  private static final int AT_ONCE = 3;
  private static final int LEAST_MILLIS = 200;
  private static final int MOST_MILLIS = 2_500;
  private static final int CLEAR_MILLIS = 1_500;
  private static final List<Weather> FAULTS =
      List.of(Weather.SLOW, Weather.REFUSING, Weather.SILENT, Weather.ANSWERS_LOST);
  private static final Duration FAULTS_FOR = Duration.ofSeconds(12);

  /** So that a client notices within the test what it would notice within a minute. */
  private static final Map<String, String> IMPATIENT =
      Map.of(
          "session.timeout.ms", "2000",
          "heartbeat.interval.ms", "300",
          "request.timeout.ms", "1500",
          "default.api.timeout.ms", "3000",
          "socket.connection.setup.timeout.ms", "1000",
          "reconnect.backoff.max.ms", "200");

  @TempDir private Path folder;

  @Test
  void sinksLoadEverythingOnceWhateverTheNetworkDoes() throws Exception {
    long seed = Long.getLong("millrace.seed", 1);
    System.out.println("seed " + seed);
    try (var proxy = new TcpProxy();
        var broker = FaultBroker.startBehind(proxy, folder.resolve("kafka"))) {
      var calm = new AtomicBoolean();
      ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
      List<Future<Integer>> loaded = new ArrayList<>();
      for (int i = 0; i < AT_ONCE; i++) {
        String name = "sink-%d-".formatted(i);
        loaded.add(threads.submit(() -> loadUntil(calm, broker, proxy, name)));
      }
      threads.shutdown();
      List<Weather> weather = disturb(proxy, new Random(seed), threads);
      calm.set(true);
      int runs = 0;
      for (Future<Integer> each : loaded) {
        runs += each.get();
      }
      System.out.printf("%d runs through %s%n", runs, weather);
      assertThat(weather).containsAll(FAULTS);
    }
  }

  /** Loads one run after the other, each twice, and says how many it were. */
  private int loadUntil(AtomicBoolean calm, FaultBroker broker, TcpProxy proxy, String name) {
    int runs = 0;
    while (!calm.get()) {
      String next = name + runs++;
      var work =
          new RunReadTwice(
              broker,
              folder.resolve(next),
              next,
              "127.0.0.1:" + proxy.port(),
              IMPATIENT,
              Target.disk(folder.resolve(next)));
      work.finish();
      work.assertHolds();
    }
    return runs;
  }

  /** One fault after the other, with clear moments between them, unless somebody fails. */
  private static List<Weather> disturb(TcpProxy proxy, Random random, ExecutorService working)
      throws InterruptedException {
    var seen = new ArrayList<Weather>();
    long end = System.nanoTime() + FAULTS_FOR.toNanos();
    var round = new ArrayList<Weather>();
    while (System.nanoTime() < end || !round.isEmpty()) {
      if (round.isEmpty()) {
        round.addAll(FAULTS);
        Collections.shuffle(round, random);
      }
      Weather weather = round.remove(0);
      proxy.become(weather);
      seen.add(weather);
      working.awaitTermination(LEAST_MILLIS + random.nextInt(MOST_MILLIS), TimeUnit.MILLISECONDS);
      proxy.become(Weather.CLEAR);
      working.awaitTermination(random.nextInt(CLEAR_MILLIS), TimeUnit.MILLISECONDS);
      if (random.nextBoolean()) {
        proxy.cut();
      }
    }
    return seen;
  }
}
