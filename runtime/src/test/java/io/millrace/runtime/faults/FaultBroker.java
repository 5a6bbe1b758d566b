package io.millrace.runtime.faults;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.runtime.TestProducer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

/** A broker in this JVM that misses a dead consumer within seconds, and what tests ask of it. */
public final class FaultBroker implements AutoCloseable {
  /** What pipelines of these tests say about Kafka's clients. */
  static final Map<String, String> CLIENT =
      Map.of("session.timeout.ms", "2000", "heartbeat.interval.ms", "300");

  private static final Map<String, String> IMPATIENT =
      Map.of("group.min.session.timeout.ms", "1000", "offsets.topic.num.partitions", "1");

  private final EmbeddedKafka kafka;
  private final Admin admin;
  private final KafkaProducer<byte[], byte[]> producer;

  private FaultBroker(Path folder, int port, Map<String, String> overrides) {
    var settings = new HashMap<>(IMPATIENT);
    settings.putAll(overrides);
    kafka = EmbeddedKafka.start(folder, port, settings);
    Map<String, Object> client = Map.of("bootstrap.servers", kafka.bootstrapServers());
    admin = Admin.create(client);
    producer = TestProducer.of(client);
  }

  static FaultBroker start(Path folder) {
    return new FaultBroker(folder, 0, Map.of());
  }

  /**
   * One with a second listener behind a proxy: who finds the broker there stays there, since that
   * is the address the broker gives away.
   */
  static FaultBroker startBehind(TcpProxy proxy, Path folder) {
    int direct = freePort();
    return new FaultBroker(folder, direct, listenersBehind(proxy, direct));
  }

  /** Broker properties for clients on a port, and for others behind a proxy. */
  public static Map<String, String> listenersBehind(TcpProxy proxy, int port) {
    int proxied = freePort();
    int controller = freePort();
    proxy.leadTo(proxied);
    String listeners = "PLAINTEXT://127.0.0.1:%d,PROXIED://127.0.0.1:%d";
    return Map.of(
        "listeners",
        listeners.formatted(port, proxied) + ",CONTROLLER://127.0.0.1:" + controller,
        "advertised.listeners",
        listeners.formatted(port, proxy.port()),
        "listener.security.protocol.map",
        "PLAINTEXT:PLAINTEXT,PROXIED:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name",
        "PLAINTEXT",
        "controller.quorum.voters",
        "1@127.0.0.1:" + controller);
  }

  /** A port that nobody has right now. */
  public static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  String clusterId() {
    return get(admin.describeCluster().clusterId());
  }

  void createTopic(String name, int partitions) {
    get(admin.createTopics(List.of(new NewTopic(name, partitions, (short) 1))).all());
  }

  /** Sends the records in their order and waits until the broker has all of them. */
  void send(Collection<ProducerRecord<byte[], byte[]>> records) {
    List<Future<RecordMetadata>> sent = records.stream().map(producer::send).toList();
    producer.flush();
    sent.forEach(FaultBroker::get);
  }

  /** Where each partition of a topic ends. */
  Map<TopicPartition, Long> ends(String topic) {
    var partitions =
        get(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic).partitions().stream()
            .map(p -> new TopicPartition(topic, p.partition()))
            .collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
    return get(admin.listOffsets(partitions).all()).entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, end -> end.getValue().offset()));
  }

  /** What a group has committed. */
  Map<TopicPartition, Long> committed(String group) {
    Map<TopicPartition, OffsetAndMetadata> offsets =
        get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    return offsets.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, offset -> offset.getValue().offset()));
  }

  private static <T> T get(Future<T> answer) {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    producer.close();
    admin.close();
    kafka.close();
  }
}
