package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedConnectIT {
  private static final String TOPIC = "numbers";

  @TempDir Path kafkaFolder;
  @TempDir Path plugins;

  private final HttpClient http = HttpClient.newHttpClient();
  private EmbeddedKafka kafka;

  @BeforeEach
  void startKafka() throws Exception {
    kafka = EmbeddedKafka.start(kafkaFolder);
    try (var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  @AfterEach
  void stopKafka() {
    kafka.close();
  }

  @Test
  void restApiAnswersAndListsPlugins() throws Exception {
    try (var connect = start(Map.of())) {
      assertThat(get(connect.url() + "/")).contains("\"version\":\"4.");
      assertThat(get(connect.url() + "/connector-plugins"))
          .contains(NumbersConnector.class.getName());
    }
  }

  @Test
  void connectorsGoOnWhereTheyWereAfterARestart() throws Exception {
    try (var connect = start(Map.of())) {
      put(connect, "numbers", 3);
      await().untilAsserted(() -> assertThat(numbers()).containsExactly("1", "2", "3"));
    }
    try (var connect = start(Map.of())) {
      put(connect, "numbers", 5);
      await().untilAsserted(() -> assertThat(numbers()).containsExactly("1", "2", "3", "4", "5"));
    }
  }

  @Test
  void aGroupOfItsOwnSharesNothing() throws Exception {
    try (var first = start(Map.of());
        var second = start(Map.of("group.id", "other"))) {
      put(first, "numbers", 1);
      await().until(() -> get(first.url() + "/connectors").equals("[\"numbers\"]"));
      assertThat(get(second.url() + "/connectors")).isEqualTo("[]");
    }
  }

  @Test
  void startAndCloseLeaveTheCallersClassLoaderAlone() {
    var loader = Thread.currentThread().getContextClassLoader();
    start(Map.of()).close();
    assertThat(Thread.currentThread().getContextClassLoader()).isSameAs(loader);
  }

  @Test
  void runsAsAProcessOfItsOwn() throws Exception {
    try (var child =
        ChildProcess.start(
            EmbeddedConnect.class,
            "url",
            kafka.bootstrapServers(),
            plugins.toString(),
            "0",
            "group.id=child")) {
      assertThat(get(child.ready() + "/connectors")).isEqualTo("[]");
      assertThat(child.terminate()).isEqualTo(128 + 15);
    }
  }

  @Test
  void anUnreachableClusterIsNamed() {
    var impatient = Map.of("default.api.timeout.ms", "2000", "request.timeout.ms", "1000");
    assertThatThrownBy(() -> EmbeddedConnect.start("127.0.0.1:1", plugins, impatient))
        .isInstanceOf(EmbeddedException.class)
        .hasMessageContaining("Cannot start Connect on Kafka 127.0.0.1:1");
  }

  @Test
  void aMissingPluginFolderIsNamed() {
    Path missing = plugins.resolve("missing");
    assertThatThrownBy(() -> EmbeddedConnect.start(kafka.bootstrapServers(), missing, Map.of()))
        .isInstanceOf(EmbeddedException.class)
        .hasMessage("Cannot start Connect with plugins of " + missing + ": expected a folder");
  }

  private EmbeddedConnect start(Map<String, String> overrides) {
    return EmbeddedConnect.start(kafka.bootstrapServers(), plugins, overrides);
  }

  private void put(EmbeddedConnect connect, String name, int until) throws Exception {
    var config =
        """
        {"connector.class": "%s", "topic": "%s", "until": "%d", "tasks.max": "1",
         "producer.override.compression.type": "zstd"}
        """
            .formatted(NumbersConnector.class.getName(), TOPIC, until);
    var response =
        send(
            HttpRequest.newBuilder(URI.create(connect.url() + "/connectors/" + name + "/config"))
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(config)));
    assertThat(response.statusCode()).as(response.body()).isBetween(200, 201);
  }

  private String get(String url) throws Exception {
    var response = send(HttpRequest.newBuilder(URI.create(url)));
    assertThat(response.statusCode()).isEqualTo(200);
    return response.body();
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.timeout(Duration.ofSeconds(30)).build(), BodyHandlers.ofString());
  }

  /** All values in the topic. */
  private List<String> numbers() {
    Map<String, Object> config = Map.of("bootstrap.servers", kafka.bootstrapServers());
    try (var consumer =
        new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
      var partition = new TopicPartition(TOPIC, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = consumer.endOffsets(List.of(partition)).get(partition);
      var values = new ArrayList<String>();
      while (consumer.position(partition) < end) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> values.add(new String(record.value(), StandardCharsets.UTF_8)));
      }
      return values;
    }
  }
}
