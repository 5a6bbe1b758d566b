package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Two sink processes of one pipeline and its connector, with somebody who starts again what has
 * ended: what an operator's supervisor does.
 */
final class SoakSinks implements AutoCloseable {
  private static final String FILE = "pipeline.yaml";
  private static final int SINKS = 2;

  private final FragileServers servers;
  private final SoakLog log;
  private final Path folder;
  private final String connector;
  private final List<MillraceProcess> sinks = new ArrayList<>();
  private final ScheduledExecutorService supervisor = Executors.newSingleThreadScheduledExecutor();
  private final HttpClient http = HttpClient.newHttpClient();

  SoakSinks(FragileServers servers, SoakLog log, Path folder, String name) {
    this.servers = servers;
    this.log = log;
    this.folder = folder;
    this.connector = "millrace." + name;
    try {
      Files.writeString(folder.resolve(FILE), pipeline(servers, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (int i = 0; i < SINKS; i++) {
      sinks.add(start());
    }
    var unused = supervisor.scheduleWithFixedDelay(this::supervise, 2, 2, TimeUnit.SECONDS);
  }

  private static String pipeline(FragileServers servers, String name) {
    return """
    name: %s
    source:
      type: postgres
      url: %s
      user: %s
      table: public.trips
      partition: {ranges: 48}
      tasks: 4
      batch_bytes: 64k
    sinks:
      - type: parquet
    kafka:
      bootstrap.servers: %s
      session.timeout.ms: 6000
      heartbeat.interval.ms: 1000
    connect:
      url: http://127.0.0.1:8083
    """
        .formatted(name, servers.proxiedUrl(), servers.user(), servers.proxiedBootstrapServers());
  }

  private MillraceProcess start() {
    return MillraceProcess.start(folder, "sink", FILE, "--memory=512m");
  }

  /** One of them, as it runs now. */
  synchronized MillraceProcess sink(int number) {
    return sinks.get(number % SINKS);
  }

  /** {@code kill -9}, and another one. */
  synchronized void kill(int number) {
    int index = number % SINKS;
    sinks.get(index).close();
    sinks.set(index, start());
  }

  /** Has the connector read the table again; tries as long as the cluster is not itself. */
  void readAgain() {
    await("the connector is told to read again")
        .atMost(Duration.ofMinutes(4))
        .pollInterval(Duration.ofSeconds(1))
        .until(this::deploy);
  }

  private boolean deploy() {
    try (var deploy =
        MillraceProcess.start(
            folder, "deploy", FILE, "--read-again", "--set", "connect.url=" + url())) {
      boolean done = deploy.await(PATIENCE) == 0;
      if (!done) {
        log.count("deploy failed and was tried again");
        log.say(deploy.err().strip());
      }
      return done;
    }
  }

  private String url() {
    return servers.workers().get(0).url();
  }

  /** Starts what has ended by itself, and the connector's tasks that have failed for good. */
  private void supervise() {
    try {
      restartSinks();
      restartTasks();
    } catch (RuntimeException e) {
      log.say("the supervisor could not look: " + e.getMessage());
    }
  }

  private synchronized void restartSinks() {
    for (int i = 0; i < SINKS; i++) {
      if (!sinks.get(i).running()) {
        List<String> said = sinks.get(i).err().lines().toList();
        log.count("sink ended by itself and was started again");
        log.say(said.isEmpty() ? "it said nothing" : said.get(said.size() - 1));
        sinks.set(i, start());
      }
    }
  }

  private void restartTasks() {
    Optional<String> failure =
        new ConnectClient(url()).status(connector).flatMap(ConnectorStatus::failure);
    if (failure.isPresent()) {
      log.count("connector or tasks had failed and were started again");
      log.say(failure.get());
      String path = "/connectors/%s/restart?includeTasks=true&onlyFailed=true";
      var request =
          HttpRequest.newBuilder(URI.create(url() + path.formatted(connector)))
              .POST(HttpRequest.BodyPublishers.noBody())
              .build();
      try {
        http.send(request, HttpResponse.BodyHandlers.discarding());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public synchronized void close() {
    supervisor.shutdownNow();
    sinks.forEach(MillraceProcess::close);
  }
}
