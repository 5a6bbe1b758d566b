package io.millrace.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.millrace.core.MillraceException;
import io.millrace.core.options.Problem;
import io.millrace.core.window.RunRange;
import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.config.Pipeline;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConnectClientIT {
  @TempDir private static Path servers;
  private static EmbeddedKafka kafka;
  private static EmbeddedConnect connect;
  private static ConnectClient client;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    kafka = EmbeddedKafka.start(servers.resolve("kafka"));
    connect =
        EmbeddedConnect.start(
            kafka.bootstrapServers(),
            Files.createDirectory(servers.resolve("plugins")),
            ConnectorConfig.workerProperties());
    client = new ConnectClient(connect.url() + "/");
  }

  @AfterAll
  static void stop() {
    connect.close();
    kafka.close();
  }

  @Test
  void deploysChangesAndRemovesAConnector() throws IOException {
    String name = "millrace.life";
    assertThat(client.get(name)).isEmpty();
    assertThat(client.status(name)).isEmpty();

    ConnectorStatus status = deployment("life", "tables: trips, tasks: 2", "a").deploy();

    assertThat(status.running()).isTrue();
    assertThat(status.tasks()).hasSize(2);
    assertThat(client.get(name))
        .contains(deployment("life", "tables: trips, tasks: 2", "a").config());

    deployment("life", "tables: fares", "b").deploy();
    await().untilAsserted(() -> assertThat(client.status(name).orElseThrow().tasks()).hasSize(1));
    assertThat(client.get(name).orElseThrow().properties())
        .containsEntry("tables", "fares")
        .containsEntry(ConnectorConfig.REQUEST, "b");

    client.delete(name);
    await().untilAsserted(() -> assertThat(client.status(name)).isEmpty());
    client.delete(name);
  }

  @Test
  void workersResolveWhatTheFileRefersTo() throws IOException {
    Path secret = Files.writeString(folder.resolve("secret"), "hunter2");
    deployment(
            "secrets",
            "tables: trips, user: '${env:PATH}', password: '${file:%s}'".formatted(secret),
            "a")
        .deploy();

    assertThat(TableConnector.STARTED.get("secrets"))
        .containsEntry("user", System.getenv("PATH"))
        .containsEntry("password", "hunter2");
    assertThat(client.get("millrace.secrets").orElseThrow().properties().toString())
        .doesNotContain("hunter2");
  }

  @Test
  void passesOnWhatTheClusterFindsWrong() throws IOException {
    Deployment deployment = deployment("wrong", "tables: missing", "bad");

    assertThat(client.validate(deployment.config()))
        .extracting(Problem::path)
        .containsExactlyInAnyOrder("tables", "millrace.request");
    assertThatThrownBy(deployment::deploy)
        .isInstanceOfSatisfying(
            MillraceException.class,
            e -> assertThat(e.category()).isEqualTo(MillraceException.Category.CONFIGURATION))
        .hasMessageContaining(
            folder.resolve("pipeline.yaml") + ":2:23: source.tables: There is no table \"missing\"")
        .hasMessageContaining("Connector property millrace.request: Not this one");
    assertThat(client.get("millrace.wrong")).isEmpty();
  }

  @Test
  void tellsWhyATaskFails() {
    assertThatThrownBy(() -> deployment("failing", "tables: failing", "a").deploy())
        .hasMessage("Connector millrace.failing failed: task 0: The table fails");
  }

  @Test
  void tellsThatThePluginIsNotInstalled() throws IOException {
    var config =
        new ConnectorConfig("millrace.other", Map.of("connector.class", "io.millrace.Missing"));
    assertThatThrownBy(() -> client.validate(config))
        .hasMessage(
            "Kafka Connect at %s has no connector io.millrace.Missing: put Millrace's plugin folder"
                + " into the plugin.path of every worker",
            connect.url());
  }

  @Test
  void tellsThatNobodyListens() {
    assertThatThrownBy(() -> new ConnectClient("http://127.0.0.1:1").status("any"))
        .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.retriable()).isTrue())
        .hasMessage(
            "Cannot reach Kafka Connect at http://127.0.0.1:1 (ConnectException): does it run, and"
                + " is connect.url right?");
  }

  @Test
  void waitsWhileTheClusterSharesItsWorkOutAnew() throws IOException {
    var asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          // stock Connect has two ways to say it
          int status = asked.getAndIncrement() == 0 ? 409 : asked.get() == 2 ? 500 : 200;
          byte[] body =
              (status == 200
                      ? "{\"connector\": {\"state\": \"PAUSED\"}}"
                      : "{\"message\": \"Request cannot be completed because a rebalance is"
                          + " expected\"}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      var patient = new ConnectClient("http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(patient.status("any").orElseThrow().state()).isEqualTo("PAUSED");
      assertThat(asked).hasValue(3);
      assertThatThrownBy(() -> patient.awaitRunning("any", Duration.ofMillis(200)))
          .hasMessageStartingWith("Connector any does not run after 0 s: it is PAUSED");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void waitsForTasksThatHaveNotReportedYet() throws IOException {
    String first = "{\"id\": 0, \"state\": \"RUNNING\"}";
    String second = "{\"id\": 1, \"state\": \"RUNNING\"}";
    var looks = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/connectors/any/status",
        exchange ->
            answer(
                exchange,
                "{\"connector\": {\"state\": \"RUNNING\"}, \"tasks\": [%s]}"
                    .formatted(looks.getAndIncrement() == 0 ? first : first + "," + second)));
    server.createContext("/connectors/any/tasks", exchange -> answer(exchange, "[{}, {}]"));
    server.start();
    try {
      var fresh = new ConnectClient("http://127.0.0.1:" + server.getAddress().getPort());
      assertThat(fresh.awaitRunning("any", Duration.ofSeconds(10)).tasks()).hasSize(2);
      assertThat(looks).hasValue(2);
    } finally {
      server.stop(0);
    }
  }

  private static void answer(HttpExchange exchange, String json) throws IOException {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }

  @Test
  void tellsThatSomethingElseAnswers() throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] body = "<html>".getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(502, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort();
      assertThatThrownBy(() -> new ConnectClient(url).status("any"))
          .hasMessage(
              "Cannot use %s/connectors/any/status as Kafka Connect: it answers with status 502 and"
                  + " no JSON; is connect.url right?",
              url);
    } finally {
      server.stop(0);
    }
  }

  private Deployment deployment(String name, String options, String request) throws IOException {
    Pipeline pipeline = Pipelines.reading(folder, name, options);
    return new Deployment(client, pipeline, request, new RunRange.Continuous());
  }
}
