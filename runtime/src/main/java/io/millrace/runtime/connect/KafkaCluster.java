package io.millrace.runtime.connect;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.runtime.config.KafkaSettings;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.TopicSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The Kafka cluster as an administrator sees it. Every method throws {@link MillraceException}
 * (KAFKA) if the cluster does not answer within 10 seconds.
 */
public final class KafkaCluster implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(1);
  private static final String FOR_EVER = "-1";

  private final Admin admin;
  private final String bootstrapServers;

  private KafkaCluster(Admin admin, String bootstrapServers) {
    this.admin = admin;
    this.bootstrapServers = bootstrapServers;
  }

  /** A client; says nothing yet about whether the cluster is there. */
  public static KafkaCluster open(KafkaSettings settings) {
    String servers =
        settings
            .bootstrapServers()
            .orElseThrow(
                () ->
                    MillraceException.configuration(
                        "Missing kafka.bootstrap.servers: which Kafka cluster"));
    var properties = new HashMap<String, Object>(settings.client());
    properties.putIfAbsent(AdminClientConfig.CLIENT_ID_CONFIG, "millrace");
    try {
      return new KafkaCluster(Admin.create(properties), servers);
    } catch (KafkaException e) {
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Cannot use the Kafka cluster at %s: %s; check the kafka section"
              .formatted(servers, reason(e)),
          e);
    }
  }

  /** The cluster's own id. */
  public String id() {
    return ask("name itself", admin.describeCluster().clusterId());
  }

  /**
   * Creates the topics of a pipeline that do not exist yet, and names those: of all streams that
   * are known, and of the dead letters. Who may only read needs no right to create where all of
   * them exist.
   */
  public List<String> createTopics(Pipeline pipeline) {
    RecordLimit limit = RecordLimit.of(pipeline.source());
    var topics = new LinkedHashMap<String, NewTopic>();
    for (StreamId stream : pipeline.streams().orElse(List.of())) {
      for (String topic : pipeline.source().topics(stream)) {
        topics.put(topic, topic(topic, pipeline.kafka().topic(), limit));
      }
    }
    String letters = StreamId.deadLetters(pipeline.name());
    topics.put(letters, deadLetters(letters, pipeline.kafka().topic(), limit));
    partitions(topics.keySet()).forEach(standing -> topics.remove(standing.topic()));
    Map<String, KafkaFuture<Void>> done = admin.createTopics(topics.values()).values();
    return topics.keySet().stream().filter(name -> createdBy(name, done.get(name))).toList();
  }

  private boolean createdBy(String topic, KafkaFuture<Void> done) {
    try {
      ask("create topic " + topic, done);
      return true;
    } catch (MillraceException e) {
      if (e.getCause() instanceof TopicExistsException) {
        return false;
      }
      throw e;
    }
  }

  private static NewTopic topic(String name, TopicSettings settings, RecordLimit limit) {
    var config = new HashMap<String, String>();
    config.put(TopicConfig.CLEANUP_POLICY_CONFIG, TopicConfig.CLEANUP_POLICY_DELETE);
    config.put(
        TopicConfig.RETENTION_MS_CONFIG,
        settings.retention().map(kept -> Long.toString(kept.toMillis())).orElse(FOR_EVER));
    config.put(TopicConfig.RETENTION_BYTES_CONFIG, FOR_EVER);
    if (limit.needsMoreThanStock()) {
      config.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Long.toString(limit.topicBytes()));
    }
    return new NewTopic(
            name,
            Optional.of(settings.partitions()),
            settings.replication().map(Integer::shortValue))
        .configs(config);
  }

  /**
   * Keeps what it gets until somebody deletes it, and a little more than a stream's topic takes.
   */
  private static NewTopic deadLetters(String name, TopicSettings settings, RecordLimit limit) {
    return new NewTopic(name, Optional.of(1), settings.replication().map(Integer::shortValue))
        .configs(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                TopicConfig.CLEANUP_POLICY_DELETE,
                TopicConfig.RETENTION_MS_CONFIG,
                FOR_EVER,
                TopicConfig.RETENTION_BYTES_CONFIG,
                FOR_EVER,
                TopicConfig.MESSAGE_TIMESTAMP_TYPE_CONFIG,
                "CreateTime",
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Long.toString(limit.letterBytes())));
  }

  /**
   * How many records a group has still to read in each of these topics; those that do not exist are
   * left out. A partition where it has committed nothing is unread from its start.
   */
  public Map<String, Long> lag(String group, Collection<String> topics) {
    List<TopicPartition> partitions = partitions(topics);
    Map<TopicPartition, OffsetAndMetadata> committed = committed(group);
    ListOffsetsResult starts = admin.listOffsets(at(partitions, OffsetSpec.earliest()));
    ListOffsetsResult ends = admin.listOffsets(at(partitions, OffsetSpec.latest()));
    var lag = new TreeMap<String, Long>();
    for (TopicPartition partition : partitions) {
      String what = "tell the offsets of " + partition;
      long start = ask(what, starts.partitionResult(partition)).offset();
      long end = ask(what, ends.partitionResult(partition)).offset();
      OffsetAndMetadata position = committed.get(partition);
      lag.merge(
          partition.topic(),
          Math.max(0, end - Math.max(start, position == null ? start : position.offset())),
          Long::sum);
    }
    return lag;
  }

  private static Map<TopicPartition, OffsetSpec> at(
      List<TopicPartition> partitions, OffsetSpec spec) {
    return partitions.stream().collect(Collectors.toMap(p -> p, p -> spec));
  }

  private List<TopicPartition> partitions(Collection<String> topics) {
    var partitions = new ArrayList<TopicPartition>();
    admin
        .describeTopics(topics)
        .topicNameValues()
        .forEach(
            (name, described) -> {
              try {
                ask("describe topic " + name, described)
                    .partitions()
                    .forEach(p -> partitions.add(new TopicPartition(name, p.partition())));
              } catch (MillraceException e) {
                if (!(e.getCause() instanceof UnknownTopicOrPartitionException)) {
                  throw e;
                }
              }
            });
    return partitions;
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(String group) {
    try {
      return ask(
          "tell the offsets of group " + group,
          admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata());
    } catch (MillraceException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Map.of();
      }
      throw e;
    }
  }

  private <T> T ask(String what, KafkaFuture<T> answer) {
    try {
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof org.apache.kafka.common.errors.TimeoutException) {
        throw unreachable(e.getCause());
      }
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Kafka at %s cannot %s: %s".formatted(bootstrapServers, what, e.getCause().getMessage()),
          e.getCause());
    } catch (TimeoutException e) {
      throw unreachable(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.passing(
          MillraceException.Category.KAFKA, "Interrupted while asking Kafka to " + what, e);
    }
  }

  private MillraceException unreachable(Throwable e) {
    return MillraceException.passing(
        MillraceException.Category.KAFKA,
        "Cannot reach Kafka at %s within %d s: does it run, and is kafka.bootstrap.servers right?"
            .formatted(bootstrapServers, LIMIT.toSeconds()),
        e);
  }

  /** The cause says more than "Failed to create new KafkaAdminClient". */
  private static String reason(KafkaException e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  @Override
  public void close() {
    admin.close(CLOSE_LIMIT);
  }
}
