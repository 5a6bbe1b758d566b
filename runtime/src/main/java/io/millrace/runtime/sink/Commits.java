package io.millrace.runtime.sink;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits the lanes' offsets and leaves them with the settler as hints. A commit that fails is no
 * loss: the next one says more, and what is read twice is skipped.
 */
final class Commits {
  private static final Logger LOG = LoggerFactory.getLogger(Commits.class);

  private final Consumer<?, ?> consumer;
  private final Lanes lanes;
  private final Settler settler;

  /** By lane: whoever has a TopicPartition again does not know what became of its last commit. */
  private final Map<Lane, OffsetAndMetadata> sent = new HashMap<>();

  Commits(Consumer<?, ?> consumer, Lanes lanes, Settler settler) {
    this.consumer = consumer;
    this.lanes = lanes;
    this.settler = settler;
  }

  /** Commits what is new, without waiting. */
  void send() {
    Map<TopicPartition, OffsetAndMetadata> due = takeDue();
    if (!due.isEmpty()) {
      consumer.commitAsync(due, this::answered);
    }
  }

  /** Commits what is new or was never answered, and waits a while for the answer. */
  void sendAndWait(Duration patience) {
    sent.clear();
    Map<TopicPartition, OffsetAndMetadata> due = takeDue();
    if (!due.isEmpty()) {
      try {
        consumer.commitSync(due, patience);
      } catch (KafkaException e) {
        answered(due, e);
      }
    }
  }

  private Map<TopicPartition, OffsetAndMetadata> takeDue() {
    var due = new HashMap<TopicPartition, OffsetAndMetadata>();
    sent.keySet().retainAll(new HashSet<>(lanes.all()));
    for (Lane lane : lanes.all()) {
      lane.commitOffset()
          .ifPresent(
              offset -> {
                var position = new OffsetAndMetadata(offset);
                if (!position.equals(sent.put(lane, position))) {
                  due.put(lane.place().topicPartition(), position);
                  settler.hint(lane.place(), offset);
                }
              });
    }
    return due;
  }

  private void answered(Map<TopicPartition, OffsetAndMetadata> offsets, Exception failure) {
    if (failure != null) {
      sent.keySet().removeIf(lane -> offsets.containsKey(lane.place().topicPartition()));
      LOG.info("could not commit {}: {}", offsets, failure.toString());
    }
  }
}
