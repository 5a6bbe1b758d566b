package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedKafkaIT {
  private static final String TOPIC = "lines";

  @TempDir Path folder;

  @Test
  void recordsSurviveARestart() throws Exception {
    try (var kafka = EmbeddedKafka.start(folder)) {
      createTopic(kafka.bootstrapServers());
      produce(kafka.bootstrapServers(), Map.of(), "one", "two");
    }
    try (var kafka = EmbeddedKafka.start(folder)) {
      produce(kafka.bootstrapServers(), Map.of(), "three");
      assertThat(consume(kafka.bootstrapServers(), 3)).containsExactly("one", "two", "three");
    }
  }

  @Test
  void recordsAndPortSurviveAKill() throws Exception {
    String port;
    try (var child = ChildProcess.start(EmbeddedKafka.class, "bootstrap", folder.toString(), "0")) {
      port = child.ready().replace("127.0.0.1:", "");
      createTopic(child.ready());
      produce(child.ready(), Map.of(), "one", "two");
      child.kill();
    }
    try (var kafka = EmbeddedKafka.start(folder, Integer.parseInt(port), Map.of())) {
      assertThat(kafka.bootstrapServers()).isEqualTo("127.0.0.1:" + port);
      assertThat(consume(kafka.bootstrapServers(), 2)).containsExactly("one", "two");
    }
  }

  @Test
  void aFolderKeepsItsPortWhileItIsFree() throws Exception {
    String first;
    try (var kafka = EmbeddedKafka.start(folder)) {
      first = kafka.bootstrapServers();
    }
    try (var kafka = EmbeddedKafka.start(folder)) {
      assertThat(kafka.bootstrapServers()).isEqualTo(first);
    }
    int port = Integer.parseInt(first.replace("127.0.0.1:", ""));
    try (var taken = new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
        var kafka = EmbeddedKafka.start(folder)) {
      assertThat(kafka.bootstrapServers()).isNotEqualTo(first);
    }
    Files.writeString(folder.resolve("port"), ""); // as a start leaves it that is killed
    EmbeddedKafka.start(folder).close();
  }

  @Test
  void oneNodeIsEnoughForGroupsAndTransactions() throws Exception {
    try (var kafka = EmbeddedKafka.start(folder)) {
      createTopic(kafka.bootstrapServers());
      produce(kafka.bootstrapServers(), Map.of("transactional.id", "writer"), "one", "two");
      assertThat(consume(kafka.bootstrapServers(), 2)).containsExactly("one", "two");
    }
  }

  @Test
  void overridesWinOverTheNodesOwnProperties() throws Exception {
    try (var kafka = EmbeddedKafka.start(folder, 0, Map.of("message.max.bytes", "2097152"));
        var admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      var broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
      var config = admin.describeConfigs(List.of(broker)).all().get().get(broker);
      assertThat(config.get("message.max.bytes").value()).isEqualTo("2097152");
      assertThat(config.get("auto.create.topics.enable").value()).isEqualTo("false");
    }
  }

  @Test
  void aFolderServesOneBrokerAtATime() throws Exception {
    try (var child = ChildProcess.start(EmbeddedKafka.class, "bootstrap", folder.toString(), "0")) {
      assertThatThrownBy(() -> EmbeddedKafka.start(folder))
          .isInstanceOf(EmbeddedException.class)
          .hasMessageContaining(folder.toRealPath() + " is in use by another process");
      assertThat(child.terminate()).isEqualTo(128 + 15);
    }
    EmbeddedKafka.start(folder).close();
  }

  private static void createTopic(String bootstrap) throws Exception {
    try (var admin = Admin.create(Map.of("bootstrap.servers", bootstrap))) {
      admin.createTopics(List.of(new NewTopic(TOPIC, 1, (short) 1))).all().get();
    }
  }

  private static void produce(String bootstrap, Map<String, Object> settings, String... values)
      throws Exception {
    Map<String, Object> config = new HashMap<>(settings);
    config.put("bootstrap.servers", bootstrap);
    try (var producer =
        new KafkaProducer<>(config, new StringSerializer(), new StringSerializer())) {
      boolean transactional = settings.containsKey("transactional.id");
      if (transactional) {
        producer.initTransactions();
        producer.beginTransaction();
      }
      for (String value : values) {
        producer.send(new ProducerRecord<>(TOPIC, value)).get();
      }
      if (transactional) {
        producer.commitTransaction();
      }
    }
  }

  /** Reads as a member of a group, so that the group coordinator's topic is needed too. */
  private static List<String> consume(String bootstrap, int records) {
    Map<String, Object> config =
        Map.of(
            "bootstrap.servers", bootstrap,
            "group.id", "readers",
            "auto.offset.reset", "earliest",
            "isolation.level", "read_committed");
    try (var consumer =
        new KafkaConsumer<>(config, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(TOPIC));
      var values = new ArrayList<String>();
      while (values.size() < records) {
        consumer.poll(Duration.ofMillis(200)).forEach(record -> values.add(record.value()));
      }
      return values;
    }
  }
}
