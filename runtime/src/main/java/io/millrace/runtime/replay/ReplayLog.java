package io.millrace.runtime.replay;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.options.NearestWord;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.sink.RecordHeaders;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** The topics of a pipeline as they lie in Kafka: where they begin and end, and what is in them. */
final class ReplayLog implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration POLL = Duration.ofSeconds(1);

  private final String pipeline;
  private final Admin admin;
  private final KafkaConsumer<byte[], byte[]> consumer;

  /** Connects to the pipeline's cluster. */
  ReplayLog(Pipeline pipeline) {
    this.pipeline = pipeline.name();
    var properties = new HashMap<String, Object>(pipeline.kafka().client());
    properties.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
    properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
    properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
    try {
      this.admin = Admin.create(new HashMap<>(pipeline.kafka().client()));
      this.consumer =
          new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    } catch (KafkaException e) {
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Cannot connect to Kafka: %s"
              .formatted(e.getCause() == null ? e.getMessage() : e.getCause().getMessage()),
          e);
    }
  }

  /** The streams that have a topic, in order. */
  List<StreamId> streams() {
    String prefix = pipeline + ".";
    return ask("list topics", admin.listTopics().names()).stream()
        .filter(topic -> topic.startsWith(prefix) && !StreamId.isDeadLetters(topic))
        .map(topic -> StreamId.nameOf(topic.substring(prefix.length())))
        .filter(StreamId::isName)
        .distinct()
        .sorted()
        .map(name -> new StreamId(pipeline, name))
        .toList();
  }

  /**
   * The whole topics of these streams.
   *
   * @throws MillraceException (KAFKA) if one has none
   */
  List<LogSpan> whole(Collection<StreamId> streams) {
    return spans(topics(streams), this::begins);
  }

  /**
   * All there is of these streams: whole topics, those of changes too.
   *
   * @throws MillraceException (KAFKA) if one has neither
   */
  List<LogSpan> everything(Collection<StreamId> streams) {
    Set<String> standing = standing();
    List<String> changes =
        streams.stream().map(StreamId::changesTopic).filter(standing::contains).toList();
    List<StreamId> withTopic =
        streams.stream()
            .filter(
                stream ->
                    standing.contains(stream.topic()) || !changes.contains(stream.changesTopic()))
            .toList();
    return spans(
        Stream.concat(topics(withTopic).stream(), changes.stream()).sorted().toList(),
        this::begins);
  }

  private Map<TopicPartition, Long> begins(List<TopicPartition> partitions) {
    return asked(() -> consumer.beginningOffsets(partitions, LIMIT));
  }

  /** The topics of these streams from the first record of this time on. */
  List<LogSpan> since(Collection<StreamId> streams, Instant time) {
    return spans(
        topics(streams),
        partitions -> {
          Map<TopicPartition, Long> begins = begins(partitions);
          Map<TopicPartition, Long> times =
              partitions.stream()
                  .collect(Collectors.toMap(p -> p, p -> Math.max(0, time.toEpochMilli())));
          Map<TopicPartition, OffsetAndTimestamp> found =
              asked(() -> consumer.offsetsForTimes(times, LIMIT));
          return partitions.stream()
              .collect(
                  Collectors.toMap(
                      p -> p,
                      p ->
                          Optional.ofNullable(found.get(p))
                              .map(OffsetAndTimestamp::offset)
                              .orElse(begins.get(p))));
        });
  }

  private List<LogSpan> spans(
      List<String> topics, Function<List<TopicPartition>, Map<TopicPartition, Long>> begins) {
    Map<TopicPartition, String> ids = partitions(topics);
    List<TopicPartition> partitions = List.copyOf(ids.keySet());
    Map<TopicPartition, Long> from = begins.apply(partitions);
    Map<TopicPartition, Long> to = asked(() -> consumer.endOffsets(partitions, LIMIT));
    return partitions.stream()
        .map(p -> new LogSpan(p.topic(), ids.get(p), p.partition(), from.get(p), to.get(p)))
        .toList();
  }

  private Set<String> standing() {
    return new TreeSet<>(ask("list topics", admin.listTopics().names()));
  }

  /** The topics of these streams, which must be there. */
  private List<String> topics(Collection<StreamId> streams) {
    Set<String> standing = standing();
    for (StreamId stream : streams) {
      if (!standing.contains(stream.topic())) {
        throw MillraceException.lasting(
            MillraceException.Category.KAFKA,
            "There is no topic \"%s\" in Kafka%s"
                .formatted(
                    stream.topic(),
                    NearestWord.of(stream.topic(), standing)
                        .map(near -> ": did you mean %s?".formatted(near))
                        .orElse("")));
      }
    }
    return streams.stream().map(StreamId::topic).sorted().toList();
  }

  /** The TopicPartitions of these topics, each with its topic's id. */
  private Map<TopicPartition, String> partitions(List<String> topics) {
    var ids = new LinkedHashMap<TopicPartition, String>();
    Map<String, TopicDescription> described =
        ask("describe topics", admin.describeTopics(topics).allTopicNames());
    for (String topic : topics) {
      TopicDescription found = described.get(topic);
      found
          .partitions()
          .forEach(
              p -> ids.put(new TopicPartition(topic, p.partition()), found.topicId().toString()));
    }
    return ids;
  }

  /** The plans with a record in these parts of the log, each with its size. */
  Map<PlannedRun, Integer> plans(List<LogSpan> range) {
    var plans = new LinkedHashMap<PlannedRun, Integer>();
    for (LogSpan span : range) {
      asked(
          () -> {
            scan(span, plans);
            return span;
          });
    }
    return plans;
  }

  private void scan(LogSpan span, Map<PlannedRun, Integer> plans) {
    var here = new TopicPartition(span.topic(), span.partition());
    consumer.assign(List.of(here));
    consumer.seek(here, span.from());
    long end = Math.min(span.to(), consumer.endOffsets(List.of(here), LIMIT).get(here));
    while (consumer.position(here, LIMIT) < end) {
      for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
        if (record.offset() < end) {
          RecordHeaders.read(record.headers())
              .map(header -> header.reading())
              .ifPresent(r -> plans.put(r.unit().plannedRun(), r.planSize()));
        }
      }
    }
  }

  /** Where a part of the log begins now. */
  long begin(LogSpan span) {
    var here = new TopicPartition(span.topic(), span.partition());
    return asked(() -> consumer.beginningOffsets(List.of(here), LIMIT)).get(here);
  }

  private static <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (KafkaException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA, "Cannot read from Kafka: " + e.getMessage(), e);
    }
  }

  private static <T> T ask(String what, KafkaFuture<T> answer) {
    try {
      return answer.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Kafka cannot %s: %s".formatted(what, e.getCause() == null ? e : e.getCause()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw MillraceException.passing(
          MillraceException.Category.KAFKA, "Interrupted while asking Kafka to " + what, e);
    }
  }

  @Override
  public void close() {
    consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
    admin.close(Duration.ofSeconds(1));
  }
}
