package io.millrace.runtime.connect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.core.MillraceException;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.Pipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaClusterIT {
  @TempDir private static Path data;
  private static EmbeddedKafka kafka;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    kafka = EmbeddedKafka.start(data);
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void createsTopicsThatKeepTheirRecords() throws Exception {
    Pipeline pipeline =
        pipeline("made", "tables: [a, b]", "topic: {partitions: 3, replication: 1}");
    try (KafkaCluster cluster = KafkaCluster.open(pipeline.kafka())) {
      assertThat(cluster.id()).isNotBlank();
      assertThat(cluster.createTopics(pipeline))
          .containsExactlyInAnyOrder("made.a", "made.b", "made.dead-letters");
      assertThat(cluster.createTopics(pipeline)).isEmpty();
    }
    assertThat(configOf("made.a"))
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1")
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("max.message.bytes", "1048588");
  }

  @Test
  void makesTopicsToMeasure() throws Exception {
    Pipeline pipeline =
        pipeline("measured", "tables: a, batch_bytes: 8m", "topic: {retention: 30d}");
    try (KafkaCluster cluster = KafkaCluster.open(pipeline.kafka())) {
      cluster.createTopics(pipeline);
    }
    assertThat(configOf("measured.a"))
        .containsEntry("retention.ms", "2592000000")
        .containsEntry("max.message.bytes", "8396800");
    assertThat(configOf("measured.dead-letters"))
        .containsEntry("retention.ms", "-1")
        .containsEntry("retention.bytes", "-1")
        .containsEntry("cleanup.policy", "delete")
        .containsEntry("max.message.bytes", "8400896");
  }

  @Test
  void tellsWhyATopicCannotBe() throws IOException {
    Pipeline pipeline = pipeline("many", "tables: a", "topic: {replication: 3}");
    try (KafkaCluster cluster = KafkaCluster.open(pipeline.kafka())) {
      assertThatThrownBy(() -> cluster.createTopics(pipeline))
          .isInstanceOf(MillraceException.class)
          .hasMessageStartingWith(
              "Kafka at %s cannot create topic many.a: ", kafka.bootstrapServers())
          .hasMessageContaining("replica");
    }
  }

  @Test
  void countsWhatAGroupHasStillToRead() throws Exception {
    Pipeline pipeline = pipeline("lagging", "tables: a", "topic: {partitions: 2}");
    try (KafkaCluster cluster = KafkaCluster.open(pipeline.kafka());
        var admin = Admin.create(properties());
        var producer = TestProducer.of(properties())) {
      List<String> topics = List.of("lagging.a", "lagging.none");
      assertThat(cluster.lag("readers", topics)).isEmpty();

      cluster.createTopics(pipeline);
      await("the broker knows the new topic")
          .untilAsserted(
              () -> assertThat(cluster.lag("readers", topics)).isEqualTo(Map.of("lagging.a", 0L)));

      for (int i = 0; i < 10; i++) {
        producer
            .send(
                new ProducerRecord<>(
                    "lagging.a", i % 2, null, Integer.toString(i).getBytes(StandardCharsets.UTF_8)))
            .get();
      }
      assertThat(cluster.lag("readers", topics)).isEqualTo(Map.of("lagging.a", 10L));

      admin
          .alterConsumerGroupOffsets(
              "readers", Map.of(new TopicPartition("lagging.a", 1), new OffsetAndMetadata(3)))
          .all()
          .get();
      assertThat(cluster.lag("readers", topics)).isEqualTo(Map.of("lagging.a", 7L));
    }
  }

  @Test
  void tellsThatNoBrokerAnswers() {
    try (KafkaCluster cluster = KafkaCluster.open(KafkaSettings.of("127.0.0.1:1"))) {
      assertThatThrownBy(cluster::id)
          .isInstanceOfSatisfying(MillraceException.class, e -> assertThat(e.retriable()).isTrue())
          .hasMessage(
              "Cannot reach Kafka at 127.0.0.1:1 within 10 s: does it run, and is"
                  + " kafka.bootstrap.servers right?");
    }
  }

  @Test
  void tellsThatAnAddressIsNone() {
    assertThatThrownBy(() -> KafkaCluster.open(KafkaSettings.of("no.such.host.invalid:9092")))
        .hasMessage(
            "Cannot use the Kafka cluster at no.such.host.invalid:9092: No resolvable bootstrap"
                + " urls given in bootstrap.servers; check the kafka section");
  }

  private static Map<String, Object> properties() {
    return new HashMap<>(Map.of("bootstrap.servers", kafka.bootstrapServers()));
  }

  private Pipeline pipeline(String name, String source, String settings) throws IOException {
    return Pipelines.of(
        folder,
        """
        name: %s
        source: {type: table, %s}
        sinks: [{type: files}]
        kafka:
          bootstrap.servers: %s
          %s
        """
            .formatted(name, source, kafka.bootstrapServers(), settings));
  }

  private static Map<String, String> configOf(String topic) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (var admin = Admin.create(properties())) {
      var values = new HashMap<String, String>();
      admin
          .describeConfigs(List.of(resource))
          .all()
          .get()
          .get(resource)
          .entries()
          .forEach(entry -> values.put(entry.name(), entry.value()));
      return values;
    }
  }
}
