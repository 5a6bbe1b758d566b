package io.millrace.benchmarks.server;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Metered;
import io.millrace.benchmarks.process.Wait;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
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
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Pattern;

/** A distributed worker of Kafka Connect: Kafka's own main class, jars and flags. */
public final class ConnectWorker implements AutoCloseable {
  private static final String MAIN = "org.apache.kafka.connect.cli.ConnectDistributed";
  private static final Duration START_LIMIT = Duration.ofSeconds(150);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int OK = 200;
  private static final int REFUSED = 400;
  private static final Pattern LISTENING =
      Pattern.compile("REST server listening at http://(127\\.0\\.0\\.1:\\d+)/");
  private static final String BYTE_CONVERTER =
      "org.apache.kafka.connect.converters.ByteArrayConverter";
  private static final String JSON_CONVERTER = "org.apache.kafka.connect.json.JsonConverter";

  private static final String LOGBACK =
      """
      <configuration>
        <appender name="out" class="ch.qos.logback.core.ConsoleAppender">
          <encoder><pattern>%d{HH:mm:ss.SSS} %-5level %logger{20} %msg%n</pattern></encoder>
        </appender>
        <logger name="org.apache.kafka.connect.runtime.rest" level="INFO"/>
        <root level="WARN"><appender-ref ref="out"/></root>
      </configuration>
      """;

  /** As Kafka's own script, connect-distributed.sh, has it, and takes it from its environment. */
  private static final String HEAP =
      System.getenv().getOrDefault("KAFKA_HEAP_OPTS", "-Xms256M -Xmx2G");

  private final HttpClient http = HttpClient.newHttpClient();
  private final ChildProcess process;
  private final String url;

  private ConnectWorker(ChildProcess process, String url) {
    this.process = process;
    this.url = url;
  }

  /**
   * What a worker makes of records.
   *
   * @param settings of the worker
   */
  public record Records(Map<String, String> settings) {
    /** Millrace's: bytes as they are. */
    public static final Records BYTES =
        new Records(Map.of("key.converter", BYTE_CONVERTER, "value.converter", BYTE_CONVERTER));

    /**
     * JSON without schemas, and the settings for throughput that a user would find: batches of 1
     * MiB, lz4, polls of 10,000 records.
     */
    public static final Records JSON =
        new Records(
            Map.ofEntries(
                Map.entry("key.converter", JSON_CONVERTER),
                Map.entry("key.converter.schemas.enable", "false"),
                Map.entry("value.converter", JSON_CONVERTER),
                Map.entry("value.converter.schemas.enable", "false"),
                Map.entry("producer.batch.size", "1048576"),
                Map.entry("producer.linger.ms", "50"),
                Map.entry("producer.compression.type", "lz4"),
                Map.entry("producer.buffer.memory", "67108864"),
                Map.entry("consumer.max.poll.records", "10000"),
                Map.entry("consumer.fetch.min.bytes", "1048576"),
                Map.entry("consumer.max.partition.fetch.bytes", "8388608")));

    public Records {
      settings = Map.copyOf(settings);
    }
  }

  /** Starts it with a plugin path and waits until it answers. */
  public static ConnectWorker start(
      Checkout checkout, Path folder, Broker broker, Path plugins, Records records) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("logback.xml"), LOGBACK);
      Path file = folder.resolve("worker.properties");
      try (var writer = Files.newBufferedWriter(file)) {
        properties(folder.getFileName().toString(), broker, plugins, records).store(writer, null);
      }
      var flags = new ArrayList<>(List.of(HEAP.split(" ")));
      flags.addAll(Broker.KAFKA_FLAGS);
      var classPath = new ArrayList<>(List.of(folder));
      classPath.addAll(checkout.kafka());
      ChildProcess process =
          ChildProcess.java(
              "worker",
              folder.resolve("worker.log"),
              flags,
              classPath,
              List.of(MAIN, file.toString()));
      try {
        var worker =
            new ConnectWorker(process, "http://" + process.awaitSaid(LISTENING, 1, START_LIMIT));
        worker.awaitReady();
        return worker;
      } catch (RuntimeException e) {
        process.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Properties properties(String group, Broker broker, Path plugins, Records records) {
    var properties = new Properties();
    properties.putAll(
        Map.ofEntries(
            Map.entry("bootstrap.servers", broker.bootstrapServers()),
            Map.entry("group.id", group),
            Map.entry("plugin.path", plugins.toAbsolutePath().toString()),
            Map.entry("plugin.discovery", "service_load"),
            Map.entry("listeners", "http://127.0.0.1:0"),
            Map.entry("config.storage.topic", group + "-configs"),
            Map.entry("config.storage.replication.factor", "1"),
            Map.entry("offset.storage.topic", group + "-offsets"),
            Map.entry("offset.storage.replication.factor", "1"),
            Map.entry("offset.storage.partitions", "1"),
            Map.entry("status.storage.topic", group + "-status"),
            Map.entry("status.storage.replication.factor", "1"),
            Map.entry("status.storage.partitions", "1"),
            Map.entry("offset.flush.interval.ms", "10000"),
            Map.entry("scheduled.rebalance.max.delay.ms", "0")));
    properties.putAll(records.settings);
    return properties;
  }

  /** It listens before it knows its own resources, and then answers with 404. */
  private void awaitReady() {
    var health =
        HttpRequest.newBuilder(URI.create(url + "/health")).timeout(Duration.ofSeconds(10)).build();
    Wait.until(
        process + " answers",
        START_LIMIT,
        Wait.COARSE,
        () -> {
          process.requireAlive();
          try {
            return http.send(health, HttpResponse.BodyHandlers.discarding()).statusCode() == OK;
          } catch (IOException e) {
            return false; // not listening yet
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
          }
        });
  }

  /** Its process. */
  public Metered usage() {
    return process;
  }

  /** Its REST API. */
  public String url() {
    return url;
  }

  /** Creates or changes a connector, which begins to work. */
  public void put(ConnectorConfig connector) {
    new ConnectClient(url).put(connector);
  }

  public void delete(String connector) {
    new ConnectClient(url).delete(connector);
  }

  /** Creates a connector that does nothing before {@link #resume}. */
  public void putStopped(ConnectorConfig connector) {
    var request = JSON.createObjectNode().put("name", connector.name());
    request.set("config", JSON.valueToTree(connector.properties()));
    require(send("POST", "/connectors", request.put("initial_state", "STOPPED").toString()));
  }

  /** Lets a connector go on. */
  public void resume(String connector) {
    require(send("PUT", "/connectors/" + connector + "/resume", ""));
  }

  /** Stops a connector; its offsets stay. */
  public void stop(String connector) {
    require(send("PUT", "/connectors/" + connector + "/stop", ""));
  }

  /** What is stored of a connector, as Connect's REST API writes it. */
  public String offsets(String connector) {
    return require(send("GET", "/connectors/" + connector + "/offsets", ""));
  }

  /** Forgets what is stored of a connector, as soon as it has stopped. */
  public void forgetOffsets(String connector) {
    accepted("DELETE", "/connectors/" + connector + "/offsets", "");
  }

  /** Lets a connector go on from elsewhere, as soon as it has stopped. */
  public void setOffsets(String connector, String offsets) {
    forgetOffsets(connector);
    accepted("PATCH", "/connectors/" + connector + "/offsets", offsets);
  }

  /** Asks until it is not refused. */
  private void accepted(String method, String path, String body) {
    Wait.until(
        "Connect takes " + method + " " + path,
        START_LIMIT,
        Wait.COARSE,
        () -> send(method, path, body).statusCode() < REFUSED);
  }

  private static String require(HttpResponse<String> response) {
    if (response.statusCode() >= REFUSED) {
      throw new IllegalStateException(
          "Connect refuses %s: %s".formatted(response.uri(), response.body()));
    }
    return response.body();
  }

  private HttpResponse<String> send(String method, String path, String body) {
    var request =
        HttpRequest.newBuilder(URI.create(url + path))
            .header("Content-Type", "application/json")
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .build();
    try {
      return http.send(request, HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Throws if the worker, the connector or one of its tasks has failed. */
  public void requireWorking(String connector) {
    process.requireAlive();
    Optional<String> failure =
        new ConnectClient(url).status(connector).flatMap(ConnectorStatus::failure);
    if (failure.isPresent()) {
      throw new IllegalStateException(
          "Connector %s has failed: %s".formatted(connector, failure.get()));
    }
  }

  @Override
  public void close() {
    process.close();
  }
}
