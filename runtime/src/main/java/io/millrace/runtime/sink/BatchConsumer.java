package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.RunHead;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.FencedInstanceIdException;
import org.apache.kafka.common.errors.UnreleasedInstanceIdException;

/**
 * The poll loop: records to their lanes, outcomes back to them, offsets to Kafka, and room for what
 * comes next.
 *
 * <p>When batches exceed the memory budget, the largest buffer is spilled until they do not. When
 * scratch disk is full too, the newest unit is parked. What is left then is with the writers: only
 * for them are the lanes paused, never for a unit's end, which may come from a paused lane.
 */
final class BatchConsumer {
  private static final Duration LONGEST_POLL = Duration.ofMillis(50);
  private static final Duration COMMIT_EVERY = Duration.ofSeconds(1);
  private static final Duration LAST_COMMIT = Duration.ofSeconds(1);

  private final Consumer<byte[], byte[]> consumer;
  private final Lanes lanes;
  private final Checkpoints commits;
  private final Inbox inbox;
  private final MemoryBudget budget;
  private final InstantSource clock;
  private volatile List<SinkProgress.LaneProgress> progress = List.of();
  private long nextCommit;

  BatchConsumer(
      Consumer<byte[], byte[]> consumer,
      Lanes lanes,
      Checkpoints commits,
      Inbox inbox,
      MemoryBudget budget,
      InstantSource clock) {
    this.consumer = consumer;
    this.lanes = lanes;
    this.commits = commits;
    this.inbox = inbox;
    this.budget = budget;
    this.clock = clock;
  }

  /** The lanes as they were a moment ago; from any thread. */
  List<SinkProgress.LaneProgress> progress() {
    return progress;
  }

  /**
   * Does one round: what was posted, one poll, its records.
   *
   * @throws MillraceException (KAFKA) if the consumer cannot go on
   */
  void turn() {
    inbox.drain();
    makeRoom();
    ConsumerRecords<byte[], byte[]> records = poll();
    for (TopicPartition partition : records.partitions()) {
      Lane lane = lanes.get(partition);
      for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
        lane.read(record);
        makeRoom();
      }
    }
    records.nextOffsets().forEach((partition, next) -> lanes.get(partition).passed(next.offset()));
    if (clock.millis() >= nextCommit) {
      nextCommit = clock.millis() + COMMIT_EVERY.toMillis();
      lanes.all().forEach(lane -> lane.tend(clock.instant()));
      commits.send();
      progress =
          lanes.all().stream()
              .map(lane -> lane.progress(consumer.currentLag(lane.place().topicPartition())))
              .toList();
    }
  }

  private ConsumerRecords<byte[], byte[]> poll() {
    try {
      return consumer.poll(LONGEST_POLL);
    } catch (FencedInstanceIdException | UnreleasedInstanceIdException e) {
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Cannot go on as instance \"%s\" of %s: another process has that name; give each process an --instance of its own, and one that was killed its session time-out until it is gone"
              .formatted(
                  consumer.groupMetadata().groupInstanceId().orElse(""),
                  consumer.groupMetadata().groupId()),
          e);
    } catch (KafkaException e) {
      if (e.getCause() instanceof MillraceException ours) {
        throw ours; // what kept a lane from beginning
      }
      throw MillraceException.lasting(
          MillraceException.Category.KAFKA,
          "Cannot go on reading %s: %s".formatted(consumer.subscription(), e.getMessage()),
          e);
    }
  }

  private void makeRoom() {
    while (budget.isOver() && freeSome()) {
      // Each step frees memory, or says that it cannot.
    }
    var waiting = new HashSet<TopicPartition>();
    for (Lane lane : lanes.all()) {
      if (budget.isOver() || !lane.isReady()) {
        waiting.add(lane.place().topicPartition());
      }
    }
    Set<TopicPartition> paused = consumer.paused();
    if (!paused.equals(waiting)) {
      consumer.resume(paused.stream().filter(place -> !waiting.contains(place)).toList());
      consumer.pause(waiting);
    }
  }

  /** Memory that the writers hold already is theirs to free: no unit is parked for it. */
  private boolean freeSome() {
    return lanes.all().stream()
        .flatMap(lane -> lane.largestBuffer().stream())
        .max(Comparator.comparingLong(UnitBuffer::inMemory))
        .map(largest -> largest.spill() || parkNewest())
        .orElse(false);
  }

  private boolean parkNewest() {
    Optional<Lane> newest =
        lanes.all().stream()
            .filter(lane -> lane.newestPlan().isPresent())
            .max(Comparator.comparing(lane -> lane.newestPlan().orElseThrow()));
    newest.ifPresent(lane -> lane.parkNewest("scratch disk is full and it is the newest unit"));
    return newest.isPresent();
  }

  /** The head of a run is known. */
  void decided(RunHead head) {
    lanes.all().forEach(lane -> lane.decided(head));
  }

  /** Takes the last outcomes in, commits what they allow and drops what is left. */
  void finish() {
    inbox.drain();
    commits.sendAndWait(LAST_COMMIT);
    lanes.close();
  }
}
