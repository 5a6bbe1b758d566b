package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Unit;
import io.millrace.core.wire.HeaderCodec;
import io.millrace.core.wire.Reading;
import io.millrace.embedded.EmbeddedKafka;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * A broker and two workers of Kafka Connect, each a process of its own: one of the oldest version
 * that is supported and one of ours, as in the middle of an upgrade.
 */
final class ConnectCluster implements AutoCloseable {
  private static final Pattern BOOTSTRAP = Pattern.compile("bootstrap=(\\S+)");

  private final Path folder;
  private final JavaProcess broker;
  private final List<ConnectWorker> workers = new ArrayList<>();

  private ConnectCluster(Path folder) {
    this.folder = folder;
    this.broker =
        JavaProcess.start(
            folder.resolve("broker.log"),
            List.of(MillraceProcess.HOME.resolve("lib/*")),
            EmbeddedKafka.class.getName(),
            folder.resolve("kafka").toString(),
            "0");
  }

  /** Starts all three and waits until they are ready; their data and logs lie in the folder. */
  static ConnectCluster start(Path folder) {
    var cluster = new ConnectCluster(folder);
    try {
      await("the broker is ready")
          .atMost(PATIENCE)
          .until(() -> !cluster.bootstrapServers().isEmpty());
      cluster.startWorkers();
      cluster.awaitReady();
      return cluster;
    } catch (RuntimeException e) {
      cluster.print();
      cluster.close();
      throw e;
    }
  }

  /** Starts a worker of each version of which none lives. */
  void startWorkers() {
    var missing = EnumSet.allOf(ConnectWorker.Version.class);
    living().forEach(worker -> missing.remove(worker.version()));
    for (ConnectWorker.Version version : missing) {
      String name = "worker-%d".formatted(workers.size() + 1);
      workers.add(ConnectWorker.start(version, folder, name, bootstrapServers()));
    }
  }

  /** Waits until all that live are members of their group and answer. */
  void awaitReady() {
    living().forEach(ConnectWorker::awaitReady);
  }

  String bootstrapServers() {
    return broker.said(BOOTSTRAP);
  }

  /** The REST API of some worker that lives. */
  String url() {
    return living().get(0).url();
  }

  /** The worker that runs the connector itself, which holds the exported snapshot. */
  ConnectWorker withConnector(String connector) {
    String id = living().get(0).places(connector).get(ConnectWorker.CONNECTOR);
    return living().stream().filter(worker -> worker.id().equals(id)).findFirst().orElseThrow();
  }

  /** A worker that runs tasks of the connector, but not the connector. */
  ConnectWorker withTasksOnly(String connector) {
    Map<String, String> places = living().get(0).places(connector);
    return living().stream()
        .filter(worker -> places.containsValue(worker.id()))
        .filter(worker -> !worker.id().equals(places.get(ConnectWorker.CONNECTOR)))
        .findFirst()
        .orElseThrow(() -> new AssertionError("One worker has it all: " + places));
  }

  private List<ConnectWorker> living() {
    return workers.stream().filter(ConnectWorker::running).toList();
  }

  /** Kafka's own quota, for each client by itself. */
  void limitProducers(OptionalDouble bytesPerSecond) {
    limitProducers(bootstrapServers(), bytesPerSecond);
  }

  /** The same, of any broker. */
  static void limitProducers(String bootstrapServers, OptionalDouble bytesPerSecond) {
    Map<String, String> everyClient = Collections.singletonMap(ClientQuotaEntity.CLIENT_ID, null);
    Double limit = bytesPerSecond.isPresent() ? bytesPerSecond.getAsDouble() : null;
    var alteration =
        new ClientQuotaAlteration(
            new ClientQuotaEntity(everyClient),
            List.of(new ClientQuotaAlteration.Op("producer_byte_rate", limit)));
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
      admin.alterClientQuotas(List.of(alteration)).all().get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The nonces of each unit's attempts, as a topic holds them now. */
  Map<Unit, Set<String>> attempts(String topic) {
    var attempts = new HashMap<Unit, Set<String>>();
    var bytes = new ByteArrayDeserializer();
    Map<String, Object> config = Map.of("bootstrap.servers", bootstrapServers());
    try (var consumer = new KafkaConsumer<>(config, bytes, bytes)) {
      List<TopicPartition> all =
          consumer.partitionsFor(topic).stream()
              .map(p -> new TopicPartition(p.topic(), p.partition()))
              .toList();
      consumer.assign(all);
      consumer.seekToBeginning(all);
      Map<TopicPartition, Long> ends = consumer.endOffsets(all);
      while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(Duration.ofMillis(200))) {
          Reading reading = reading(record);
          attempts
              .computeIfAbsent(reading.unit(), unit -> new HashSet<>())
              .add(reading.attempt().nonce());
        }
      }
    }
    return attempts;
  }

  private static Reading reading(ConsumerRecord<byte[], byte[]> record) {
    var texts = new HashMap<String, String>();
    record
        .headers()
        .forEach(h -> texts.put(h.key(), new String(h.value(), StandardCharsets.UTF_8)));
    return HeaderCodec.decode(texts).reading();
  }

  /** What all of them have logged. */
  void print() {
    System.out.printf("--- %s%n%s%n", broker, broker.log());
    workers.forEach(worker -> System.out.printf("--- %s%n%s%n", worker, worker.log()));
  }

  @Override
  public void close() {
    workers.forEach(ConnectWorker::close);
    broker.close();
  }
}
