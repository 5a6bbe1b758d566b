package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.wire.AttemptChecksum;
import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.AttemptEnd;
import io.millrace.runtime.lane.AttemptKey;
import io.millrace.runtime.lane.Known;
import io.millrace.runtime.lane.LaneAction;
import io.millrace.runtime.lane.LaneRecord;
import io.millrace.runtime.lane.LaneWorker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/**
 * One plan as it lies in the log, whichever TopicPartitions its records are in: what a lane that
 * was given all of them would do. Loads what turns out to be whole and says what does not.
 */
final class PlanReader {
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration NEVER = Duration.ofDays(100_000);

  /**
   * What was found.
   *
   * @param missing partitions that have records and are not loaded, each with the reason
   * @param lastRecord log time of the plan's newest record; empty if it has none
   */
  record Found(Map<String, String> missing, Optional<Instant> lastRecord) {}

  private final Supplier<Consumer<byte[], byte[]>> connect;
  private final Function<Set<String>, Map<String, String>> topicIds;
  private final Ledger ledger;
  private final Loader loader;
  private final Retries retries;
  private final SinkEvents events;
  private final BooleanSupplier goesOn;

  /**
   * Reads nothing yet.
   *
   * @param connect gives consumers outside any group
   * @param topicIds tells Kafka's ids of topics
   * @param events hear what was loaded
   * @param goesOn whether to go on reading
   */
  PlanReader(
      Supplier<Consumer<byte[], byte[]>> connect,
      Function<Set<String>, Map<String, String>> topicIds,
      Ledger ledger,
      Loader loader,
      Retries retries,
      SinkEvents events,
      BooleanSupplier goesOn) {
    this.connect = connect;
    this.topicIds = topicIds;
    this.ledger = ledger;
    this.loader = loader;
    this.retries = retries;
    this.events = events;
    this.goesOn = goesOn;
  }

  /**
   * Reads the plan's topic from an hour before the plan was made to its present end.
   *
   * @throws MillraceException (KAFKA) if it cannot be read now; what was loaded stays loaded
   * @throws CancellationException if told to stop
   */
  Found read(PlannedRun plan) {
    String topic = plan.stream().topic();
    String topicId = topicIds.apply(Set.of(topic)).get(topic);
    try (Consumer<byte[], byte[]> consumer = connect.get()) {
      List<TopicPartition> places = new ArrayList<>();
      for (PartitionInfo info : consumer.partitionsFor(topic)) {
        places.add(new TopicPartition(topic, info.partition()));
      }
      consumer.assign(places);
      Map<TopicPartition, Long> ends = consumer.endOffsets(places);
      seek(consumer, places, Instant.ofEpochMilli(plan.plan().epochMillis()).minus(CLOCK_SKEW));
      var reading = new Reading(plan, topicId, ends);
      while (isBefore(consumer, ends)) {
        if (!goesOn.getAsBoolean()) {
          throw new CancellationException("The sink is being stopped");
        }
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
          reading.take(record);
        }
      }
      return reading.found();
    } catch (KafkaException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read %s once more from %s: %s".formatted(plan, topic, e.getMessage()),
          e);
    }
  }

  private static void seek(
      Consumer<?, ?> consumer, Collection<TopicPartition> places, Instant from) {
    var times = new HashMap<TopicPartition, Long>();
    places.forEach(place -> times.put(place, Math.max(0, from.toEpochMilli())));
    Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
    consumer.seekToEnd(places);
    found.forEach(
        (place, offset) -> {
          if (offset != null) {
            consumer.seek(place, offset.offset());
          }
        });
  }

  private static boolean isBefore(Consumer<?, ?> consumer, Map<TopicPartition, Long> ends) {
    return ends.entrySet().stream()
        .anyMatch(end -> consumer.position(end.getKey()) < end.getValue());
  }

  /** The records of one plan on their way through one lane's worker. */
  private final class Reading {
    private final PlannedRun plan;
    private final String topicId;
    private final Map<TopicPartition, Long> ends;
    private final LaneWorker worker = new LaneWorker(NEVER);
    private final Map<AttemptKey, Set<TopicPartition>> places = new HashMap<>();
    private final Map<AttemptKey, TopicPartition> endPlaces = new HashMap<>();
    private final Map<String, String> missing = new TreeMap<>();
    private long lastRecord = -1;

    Reading(PlannedRun plan, String topicId, Map<TopicPartition, Long> ends) {
      this.plan = plan;
      this.topicId = topicId;
      this.ends = ends;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
      Optional<BatchHeader> header = RecordHeaders.read(record.headers());
      if (header.isEmpty() || !header.get().reading().unit().plannedRun().equals(plan)) {
        return;
      }
      var place = new TopicPartition(record.topic(), record.partition());
      AttemptKey attempt = AttemptKey.of(header.get().reading());
      lastRecord = Math.max(lastRecord, record.timestamp());
      places.computeIfAbsent(attempt, key -> new LinkedHashSet<>()).add(place);
      if (header.get() instanceof BatchHeader.PartitionEnd) {
        endPlaces.put(attempt, place);
      }
      byte[] value = record.value();
      int checksum = value == null ? 0 : AttemptChecksum.of(ByteBuffer.wrap(value));
      var seen =
          new LaneRecord(
              record.offset(),
              record.timestamp(),
              record.leaderEpoch().orElse(-1),
              header.get(),
              checksum);
      perform(value == null ? worker.refuse(seen, "it has no value") : worker.record(seen));
    }

    private void perform(List<LaneAction> actions) {
      for (LaneAction action : actions) {
        if (action instanceof LaneAction.LookUp lookUp) {
          boolean marked =
              retries
                  .untilAnswered("look up " + lookUp.unit(), () -> ledger.marker(lookUp.unit()))
                  .isPresent();
          perform(worker.answer(lookUp.unit(), marked ? new Known.Loaded() : new Known.Open()));
        } else if (action instanceof LaneAction.Load load) {
          load(load.end());
        } else if (action instanceof LaneAction.Reread reread) {
          load(reread.end());
        }
      }
    }

    private void load(AttemptEnd end) {
      TopicPartition last = endPlaces.get(end.key());
      var readers = new ArrayList<UnitReader>();
      for (TopicPartition place : places.get(end.key())) {
        if (!place.equals(last)) {
          readers.add(reader(place, end));
        }
      }
      readers.add(reader(last, end));
      LoadOutcome outcome;
      try (AttemptSource source = new SplitReader(readers)) {
        var place = new LanePlace(last.topic(), topicId, last.partition());
        outcome = loader.load(new LoadRequest(end, place, source));
      }
      if (outcome instanceof LoadOutcome.Unreadable unreadable) {
        perform(worker.failed(unreadable.unit(), unreadable.reason()));
      } else if (outcome instanceof LoadOutcome.Loaded loaded) {
        events.unitLoaded(loaded.marker());
        perform(worker.loaded(loaded.marker().unit()));
      } else if (outcome instanceof LoadOutcome.Lost lost) {
        events.unitSkipped(lost.unit());
        perform(worker.loaded(lost.unit()));
      }
    }

    private UnitReader reader(TopicPartition place, AttemptEnd end) {
      return new UnitReader(connect, place, end, HeaderReader.EVERYTHING, ends.get(place) - 1);
    }

    Found found() {
      worker.held().forEach((unit, reason) -> missing.put(unit.partition(), reason));
      worker.parked().forEach((unit, reason) -> missing.put(unit.partition(), reason));
      for (Unit unit : worker.collecting()) {
        missing.put(unit.partition(), "the log holds no attempt of it that is whole");
      }
      return new Found(
          missing,
          lastRecord < 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(lastRecord)));
    }
  }
}
