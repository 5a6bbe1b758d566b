package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogPosition;
import io.millrace.runtime.lane.LaneStart;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes the group has given to this process. A lane begins where {@link LaneStart} says, and
 * begins anew when its topic was deleted and made again. Nothing is loaded or committed while lanes
 * change hands.
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

  /** Takes a lane that no group has given, and begins it here. */
  Lane begin(LanePlace place, long offset) {
    consumer.seek(place.topicPartition(), offset);
    Lane lane = make.apply(place, streams.apply(place.topic()));
    lane.passed(offset);
    lanes.put(place.topicPartition(), lane);
    return lane;
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
    begin(added, retries.untilAnswered("begin lanes", () -> topicIds.apply(topics)));
    LOG.info("works on {}", lanes.keySet());
  }

  /** The topics of the lanes. */
  Set<String> topics() {
    return lanes.keySet().stream().map(TopicPartition::topic).collect(Collectors.toSet());
  }

  /** Begins the lanes of a topic anew, unless this is the id they know it by. */
  void identified(String topic, String id) {
    List<TopicPartition> others =
        lanes.values().stream()
            .map(Lane::place)
            .filter(place -> place.topic().equals(topic) && !place.topicId().equals(id))
            .map(LanePlace::topicPartition)
            .toList();
    if (!others.isEmpty()) {
      LOG.warn("{} was deleted and made again: reads all of it", topic);
      onPartitionsRevoked(others);
      begin(others, Map.of(topic, id));
    }
  }

  private void begin(Collection<TopicPartition> partitions, Map<String, String> ids) {
    Map<TopicPartition, OffsetAndMetadata> committed =
        retries.untilAnswered("begin lanes", () -> committed(partitions));
    for (TopicPartition partition : partitions) {
      String topic = partition.topic();
      var place = new LanePlace(topic, ids.get(topic), partition.partition());
      lanes.put(partition, begin(place, committed.get(partition)));
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(Collection<TopicPartition> partitions) {
    try {
      return consumer.committed(new HashSet<>(partitions));
    } catch (RetriableException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot ask for the group's offsets of %s: %s".formatted(partitions, e.getMessage()),
          e);
    }
  }

  private Lane begin(LanePlace place, OffsetAndMetadata committed) {
    Optional<LogPosition> hint =
        retries.untilAnswered(
            "find the hint of " + place, () -> ledger.hint(place.topicId(), place.partition()));
    OptionalLong known = hint.stream().mapToLong(LogPosition::offset).findFirst();
    OptionalLong start =
        LaneStart.of(
            committed == null ? OptionalLong.empty() : OptionalLong.of(committed.offset()), known);
    LOG.info("{}: group offset {}, ledger {}, begins at {}", place, committed, known, start);
    Lane lane = make.apply(place, streams.apply(place.topic()));
    if (start.isPresent()) {
      consumer.seek(place.topicPartition(), start.getAsLong());
    } else {
      consumer.seekToBeginning(List.of(place.topicPartition()));
    }
    if (committed == null) {
      // what lies before the hint is loaded: the group, which does not know it, is told so
      start.ifPresent(lane::passed);
    }
    return lane;
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
