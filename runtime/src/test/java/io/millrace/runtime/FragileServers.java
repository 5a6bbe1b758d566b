package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.runtime.faults.FaultBroker;
import io.millrace.runtime.faults.TcpProxy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Postgres, a broker and workers of Kafka Connect, each of which can be killed and comes back with
 * its data under its old address. Clients reach Postgres and the broker through proxies; tests that
 * only look go directly.
 */
final class FragileServers implements AutoCloseable {
  private static final Pattern BOOTSTRAP = Pattern.compile("bootstrap=(\\S+)");
  private static final Map<String, String> POSTGRES =
      Map.of("fsync", "off", "max_connections", "100");

  private final Path folder;
  private final TcpProxy toKafka = new TcpProxy();
  private final TcpProxy toPostgres = new TcpProxy();
  private final int brokerPort = FaultBroker.freePort();
  private final List<String> brokerArguments = new ArrayList<>();
  private final List<ConnectWorker> workers = new ArrayList<>();
  private EmbeddedPostgres postgres;
  private JavaProcess broker;
  private int brokers;

  /** Starts them all; the workers are ready a little later, see {@link #awaitReady}. */
  FragileServers(Path folder, int workers) {
    this.folder = folder;
    startPostgres();
    brokerArguments.add(folder.resolve("kafka").toString());
    brokerArguments.add(Integer.toString(brokerPort));
    FaultBroker.listenersBehind(toKafka, brokerPort)
        .forEach((name, value) -> brokerArguments.add(name + "=" + value));
    startBroker();
    for (int i = 0; i < workers; i++) {
      startWorker();
    }
  }

  private void startPostgres() {
    postgres = EmbeddedPostgres.start(folder.resolve("postgres"), POSTGRES);
    toPostgres.leadTo(URI.create(url().substring("jdbc:".length())).getPort());
  }

  private void startBroker() {
    broker =
        JavaProcess.start(
            folder.resolve("broker-%d.log".formatted(++brokers)),
            List.of(MillraceProcess.HOME.resolve("lib/*")),
            EmbeddedKafka.class.getName(),
            brokerArguments.toArray(String[]::new));
    await("the broker is ready")
        .atMost(PATIENCE)
        .failFast(() -> !broker.running())
        .until(() -> !broker.said(BOOTSTRAP).isEmpty());
  }

  /** Starts one more worker, as after a crash: the dead one's place is free. */
  void startWorker() {
    String name = "worker-%d".formatted(workers.size() + 1);
    workers.add(
        ConnectWorker.start(
            ConnectWorker.Version.CONNECT_4, folder, name, "127.0.0.1:" + toKafka.port()));
  }

  /** Waits until all workers answer. */
  void awaitReady() {
    workers().forEach(ConnectWorker::awaitReady);
  }

  /** Those that run. */
  List<ConnectWorker> workers() {
    return workers.stream().filter(ConnectWorker::running).toList();
  }

  TcpProxy toKafka() {
    return toKafka;
  }

  TcpProxy toPostgres() {
    return toPostgres;
  }

  /** Where Postgres is right now, past the proxy. */
  String url() {
    return postgres.jdbcUrl();
  }

  String user() {
    return postgres.user();
  }

  /** Where clients find Postgres, also after it was started again. */
  String proxiedUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(toPostgres.port());
  }

  /** The broker, past the proxy. */
  String bootstrapServers() {
    return "127.0.0.1:" + brokerPort;
  }

  /** Where clients find the broker. */
  String proxiedBootstrapServers() {
    return "127.0.0.1:" + toKafka.port();
  }

  /** {@code kill -9} for the broker, and its next start on the same log. */
  void killBroker() {
    broker.kill();
    startBroker();
  }

  /** {@code kill -9} for all processes of Postgres, and its next start on the same data. */
  void killPostgres() {
    for (ProcessHandle process : postgresProcesses()) {
      process.destroyForcibly();
      process.onExit().join();
    }
    postgres.close();
    startPostgres();
  }

  private List<ProcessHandle> postgresProcesses() {
    try {
      Path pid = folder.resolve("postgres/cluster/postmaster.pid");
      long leader = Long.parseLong(Files.readAllLines(pid).get(0));
      ProcessHandle postmaster = ProcessHandle.of(leader).orElseThrow();
      return Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What all of them have logged. */
  void print() {
    workers.forEach(worker -> System.out.printf("--- %s%n%s%n", worker, worker.log()));
    System.out.printf("--- %s%n%s%n", broker, broker.log());
  }

  @Override
  public void close() {
    workers.forEach(ConnectWorker::close);
    broker.close();
    postgres.close();
    toKafka.close();
    toPostgres.close();
  }
}
