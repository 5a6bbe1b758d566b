package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.ledger.LogSpan;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Where the records of a plan may lie: its topic from an hour before the plan was made to its
 * present end.
 */
final class PlanRange {
  /** What the clocks of a source and of Kafka may differ by. */
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);

  private final Supplier<Consumer<byte[], byte[]>> connect;
  private final Function<Set<String>, Map<String, String>> topicIds;

  /**
   * Looks at nothing yet.
   *
   * @param connect gives consumers outside any group
   * @param topicIds tells Kafka's ids of topics
   */
  PlanRange(
      Supplier<Consumer<byte[], byte[]>> connect,
      Function<Set<String>, Map<String, String>> topicIds) {
    this.connect = connect;
    this.topicIds = topicIds;
  }

  /**
   * The parts of the plan's topic, one for each TopicPartition.
   *
   * @throws MillraceException (KAFKA) if Kafka does not tell now
   */
  List<LogSpan> of(PlannedRun plan) {
    String topic = plan.stream().topic();
    String topicId = topicIds.apply(Set.of(topic)).get(topic);
    long from = Math.max(0, plan.plan().epochMillis() - CLOCK_SKEW.toMillis());
    try (Consumer<byte[], byte[]> consumer = connect.get()) {
      var times = new HashMap<TopicPartition, Long>();
      consumer
          .partitionsFor(topic)
          .forEach(info -> times.put(new TopicPartition(topic, info.partition()), from));
      Map<TopicPartition, OffsetAndTimestamp> begins = consumer.offsetsForTimes(times);
      Map<TopicPartition, Long> ends = consumer.endOffsets(times.keySet());
      return times.keySet().stream()
          .map(place -> span(place, topicId, begins.get(place), ends.get(place)))
          .toList();
    } catch (KafkaException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot look where %s lies in %s: %s".formatted(plan, topic, e.getMessage()),
          e);
    }
  }

  /** Without a record of that time there is nothing to be read. */
  private static LogSpan span(
      TopicPartition place, String topicId, OffsetAndTimestamp begin, long end) {
    long from = Optional.ofNullable(begin).map(OffsetAndTimestamp::offset).orElse(end);
    return new LogSpan(place.topic(), topicId, place.partition(), from, end);
  }
}
