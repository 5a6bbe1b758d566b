package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes the group has given to this process. A lane begins at the group's offset; where that is
 * lost, at the ledger's hint, and without one at the log's start. Nothing is loaded or committed
 * while lanes change hands.
 */
final class Lanes implements ConsumerRebalanceListener {
  private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

  private final Consumer<?, ?> consumer;
  private final Function<Set<String>, Map<String, String>> topicIds;
  private final Ledger ledger;
  private final Retries retries;
  private final Function<String, StreamId> streams;
  private final BiFunction<LanePlace, StreamId, Lane> make;
  private final Map<TopicPartition, Lane> lanes = new LinkedHashMap<>();

  /**
   * No lanes yet.
   *
   * @param topicIds tells Kafka's ids of topics
   * @param streams tells a topic's stream
   * @param make makes a lane
   */
  Lanes(
      Consumer<?, ?> consumer,
      Function<Set<String>, Map<String, String>> topicIds,
      Ledger ledger,
      Retries retries,
      Function<String, StreamId> streams,
      BiFunction<LanePlace, StreamId, Lane> make) {
    this.consumer = consumer;
    this.topicIds = topicIds;
    this.ledger = ledger;
    this.retries = retries;
    this.streams = streams;
    this.make = make;
  }

  Lane get(TopicPartition partition) {
    return lanes.get(partition);
  }

  Collection<Lane> all() {
    return lanes.values();
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> added) {
    if (added.isEmpty()) {
      return;
    }
    var topics = added.stream().map(TopicPartition::topic).collect(Collectors.toSet());
    Map<String, String> ids = retries.untilAnswered("begin lanes", () -> topicIds.apply(topics));
    Map<TopicPartition, OffsetAndMetadata> committed =
        retries.untilAnswered("find the group's offsets", () -> committed(added));
    for (TopicPartition partition : added) {
      String topic = partition.topic();
      var place = new LanePlace(topic, ids.get(topic), partition.partition());
      Lane lane = make.apply(place, streams.apply(topic));
      if (committed.get(partition) == null) {
        followHint(lane);
      }
      lanes.put(partition, lane);
    }
    LOG.info("works on {}", lanes.keySet());
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> added) {
    try {
      return consumer.committed(new HashSet<>(added));
    } catch (TimeoutException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot find the group's offsets of %s: %s".formatted(added, e.getMessage()),
          e);
    }
  }

  /** What lies before the hint is loaded: the group, which does not know it, is told so. */
  private void followHint(Lane lane) {
    LanePlace place = lane.place();
    retries
        .untilAnswered(
            "find the hint of " + place, () -> ledger.hint(place.topicId(), place.partition()))
        .map(LogPosition::offset)
        .ifPresent(
            offset -> {
              LOG.info("{} has no group offset: goes on at the ledger's {}", place, offset);
              consumer.seek(place.topicPartition(), offset);
              lane.passed(offset);
            });
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> removed) {
    for (TopicPartition partition : removed) {
      Lane lane = lanes.remove(partition);
      if (lane != null) {
        lane.close();
      }
    }
    LOG.info("gave up {}", removed);
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> removed) {
    onPartitionsRevoked(removed);
  }

  void close() {
    lanes.values().forEach(Lane::close);
    lanes.clear();
  }
}
