package io.millrace.benchmarks.server;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Metered;
import io.millrace.embedded.EmbeddedKafka;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/** One Kafka node in a process of its own, with the flags of Kafka's own start script. */
public final class Broker implements AutoCloseable {
  /** Where its data lie in its folder. */
  public static final String DATA = "kafka";

  private static final Duration START_LIMIT = Duration.ofSeconds(60);
  private static final Pattern READY = Pattern.compile("bootstrap=(\\S+)");

  /** Kafka's own script, kafka-run-class.sh. */
  static final List<String> KAFKA_FLAGS =
      List.of(
          "-server",
          "-XX:+UseG1GC",
          "-XX:MaxGCPauseMillis=20",
          "-XX:InitiatingHeapOccupancyPercent=35",
          "-XX:+ExplicitGCInvokesConcurrent",
          "-Djava.awt.headless=true");

  /** The embedded node is smaller than a stock one in these. */
  private static final List<String> STOCK =
      List.of(
          "num.network.threads=3",
          "num.io.threads=8",
          "background.threads=10",
          "socket.request.max.bytes=104857600",
          "queued.max.request.bytes=-1",
          "log.cleaner.dedupe.buffer.size=134217728");

  private final ChildProcess process;
  private final String bootstrapServers;
  private final Admin admin;

  private Broker(ChildProcess process, String bootstrapServers) {
    this.process = process;
    this.bootstrapServers = bootstrapServers;
    this.admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
  }

  /** Starts one; its data, if there are any already, and its log lie in the folder. */
  public static Broker start(Checkout checkout, Path folder) {
    var flags = new ArrayList<>(List.of("-Xms1g", "-Xmx1g"));
    flags.addAll(KAFKA_FLAGS);
    var main =
        new ArrayList<>(
            List.of(EmbeddedKafka.class.getName(), folder.resolve(DATA).toString(), "0"));
    main.addAll(STOCK);
    ChildProcess process =
        ChildProcess.java("broker", folder.resolve("broker.log"), flags, checkout.all(), main);
    try {
      return new Broker(process, process.awaitSaid(READY, 1, START_LIMIT));
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Its process. */
  public Metered usage() {
    return process;
  }

  /** What clients connect to. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Creates a topic with Kafka's own settings. */
  public void createTopic(String topic, int partitions) {
    ask(admin.createTopics(List.of(new NewTopic(topic, partitions, (short) 1))).all());
  }

  /** The records of a topic, over all its partitions; 0 if there is none. */
  public long records(String topic) {
    try {
      var latest =
          partitions(topic).stream().collect(Collectors.toMap(p -> p, p -> OffsetSpec.latest()));
      return ask(admin.listOffsets(latest).all()).values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    } catch (UnknownTopicOrPartitionException e) {
      return 0;
    }
  }

  /** The partitions of a topic. */
  public List<TopicPartition> partitions(String topic) {
    TopicDescription described =
        ask(admin.describeTopics(List.of(topic)).allTopicNames()).get(topic);
    return described.partitions().stream()
        .map(partition -> new TopicPartition(topic, partition.partition()))
        .toList();
  }

  /** The bytes of a topic in the log's files. */
  public long bytes(String topic) {
    var nodes = ask(admin.describeCluster().nodes()).stream().map(node -> node.id()).toList();
    long bytes = 0;
    for (var folders : ask(admin.describeLogDirs(nodes).allDescriptions()).values()) {
      for (var folder : folders.values()) {
        bytes +=
            folder.replicaInfos().entrySet().stream()
                .filter(replica -> replica.getKey().topic().equals(topic))
                .mapToLong(replica -> replica.getValue().size())
                .sum();
      }
    }
    return bytes;
  }

  private static <T> T ask(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    process.close();
  }
}
