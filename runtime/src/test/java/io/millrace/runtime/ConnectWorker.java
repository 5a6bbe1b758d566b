package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A worker of Kafka Connect as an operator starts it: Kafka's own main class on Kafka's own jars,
 * {@code plugin.path} with our plugin folder, and no JVM flag of ours.
 */
final class ConnectWorker implements AutoCloseable {
  private static final Path PLUGINS = Path.of("..", "connect-plugins", "target", "plugin");

  /** A key of {@link #places}. */
  static final String CONNECTOR = "connector";

  private static final String GROUP = "connect";
  private static final String MAIN = "org.apache.kafka.connect.cli.ConnectDistributed";
  private static final Pattern LISTENING =
      Pattern.compile("REST server listening at http://(127\\.0\\.0\\.1:\\d+)/");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** In a class path's first folder, for the logging of 4.x; that of 3.9 needs none. */
  private static final String LOGBACK =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <root level="INFO"><appender-ref ref="out"/></root>
      </configuration>
      """;

  /** Whose worker it is. */
  enum Version {
    /** The oldest that is supported. */
    CONNECT_3_9,
    /** The one of our own JVMs. */
    CONNECT_4;

    private List<Path> classPath() {
      return switch (this) {
        case CONNECT_3_9 -> jars(Path.of("..", "embedded", "connect-3.9", "target", "lib"), "");
        // What a plugin brings itself must not be found on the worker's class path.
        case CONNECT_4 ->
            jars(MillraceProcess.HOME.resolve("lib"), "(millrace|arrow|flatbuffers|postgresql)-.*");
      };
    }

    private static List<Path> jars(Path folder, String without) {
      try (Stream<Path> jars = Files.list(folder)) {
        return jars.filter(jar -> !jar.getFileName().toString().matches(without))
            .map(Path::toAbsolutePath)
            .toList();
      } catch (IOException e) {
        throw new UncheckedIOException("Build the whole checkout first: mvn package", e);
      }
    }
  }

  private final HttpClient http = HttpClient.newHttpClient();
  private final Version version;
  private final JavaProcess process;
  private String address;

  private ConnectWorker(Version version, JavaProcess process) {
    this.version = version;
    this.process = process;
  }

  /**
   * Starts it; see {@link #awaitReady}.
   *
   * @param folder for its configuration and its log
   */
  static ConnectWorker start(Version version, Path folder, String name, String bootstrapServers) {
    try {
      Files.writeString(folder.resolve("logback.xml"), LOGBACK);
      Path file = folder.resolve(name + ".properties");
      try (var writer = Files.newBufferedWriter(file)) {
        properties(bootstrapServers).store(writer, null);
      }
      var classPath = new ArrayList<>(List.of(folder));
      classPath.addAll(version.classPath());
      return new ConnectWorker(
          version,
          JavaProcess.start(folder.resolve(name + ".log"), classPath, MAIN, file.toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties properties(String bootstrapServers) {
    var properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("bootstrap.servers", bootstrapServers),
            Map.entry("group.id", GROUP),
            Map.entry("plugin.path", PLUGINS.toAbsolutePath().normalize().toString()),
            Map.entry("plugin.discovery", "service_load"),
            Map.entry("listeners", "http://127.0.0.1:0"),
            Map.entry("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
            Map.entry("value.converter", "org.apache.kafka.connect.storage.StringConverter"),
            Map.entry("config.storage.topic", GROUP + "-configs"),
            Map.entry("config.storage.replication.factor", "1"),
            Map.entry("offset.storage.topic", GROUP + "-offsets"),
            Map.entry("offset.storage.replication.factor", "1"),
            Map.entry("offset.storage.partitions", "1"),
            Map.entry("status.storage.topic", GROUP + "-status"),
            Map.entry("status.storage.replication.factor", "1"),
            Map.entry("status.storage.partitions", "1"),
            Map.entry("offset.flush.interval.ms", "1000"),
            // A killed worker is missed within seconds, and its work is not kept waiting for it.
            Map.entry("session.timeout.ms", "6000"),
            Map.entry("heartbeat.interval.ms", "1000"),
            Map.entry("scheduled.rebalance.max.delay.ms", "0")));
    return properties;
  }

  /** Waits until it is a member of its group and its REST API answers. */
  void awaitReady() {
    await(process + " is ready")
        .atMost(PATIENCE)
        .failFast(process + " has ended", () -> !process.running())
        .until(
            () -> {
              address = process.said(LISTENING);
              return !address.isEmpty() && isHealthy();
            });
  }

  private boolean isHealthy() throws InterruptedException {
    try {
      return get("/health").statusCode() == 200;
    } catch (IOException e) {
      return false; // not listening yet
    }
  }

  Version version() {
    return version;
  }

  String url() {
    return "http://" + address;
  }

  /** By what the cluster calls it in {@link #places}. */
  String id() {
    return address;
  }

  /**
   * On which workers a connector and its tasks run: {@link #CONNECTOR} and the tasks' numbers, to
   * workers' ids.
   */
  Map<String, String> places(String connector) {
    try {
      JsonNode status = JSON.readTree(get("/connectors/%s/status".formatted(connector)).body());
      var places = new TreeMap<String, String>();
      places.put(CONNECTOR, status.path("connector").path("worker_id").asText());
      status
          .path("tasks")
          .forEach(task -> places.put(task.path("id").asText(), task.path("worker_id").asText()));
      return places;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(10)).build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  boolean running() {
    return process.running();
  }

  String log() {
    return process.log();
  }

  /** What {@code kill -9} does; returns when it is dead. */
  void kill() {
    process.kill();
  }

  @Override
  public void close() {
    process.close();
  }

  @Override
  public String toString() {
    return version + " " + process;
  }
}
