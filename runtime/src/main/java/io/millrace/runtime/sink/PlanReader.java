package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.PlannedRun;
import io.millrace.core.Unit;
import io.millrace.core.ledger.Ledger;
import io.millrace.core.ledger.LogSpan;
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
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * One plan as it lies in the log, whichever TopicPartitions its records are in: what a lane that
 * was given all of them would do. Loads what turns out to be whole and says what does not.
 */
final class PlanReader {
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
  private final HeaderReader headers;
  private final Ledger ledger;
  private final Loader loader;
  private final Retries retries;
  private final SinkEvents events;

  /**
   * Reads nothing yet.
   *
   * @param connect gives consumers outside any group
   * @param headers reads the records' headers, under the names that plans are asked for by
   * @param retries end reading when they are stopped
   * @param events hear what was loaded
   */
  PlanReader(
      Supplier<Consumer<byte[], byte[]>> connect,
      HeaderReader headers,
      Ledger ledger,
      Loader loader,
      Retries retries,
      SinkEvents events) {
    this.connect = connect;
    this.headers = headers;
    this.ledger = ledger;
    this.loader = loader;
    this.retries = retries;
    this.events = events;
  }

  /**
   * Reads the plan from these parts of its topic; what lies behind them does not count.
   *
   * @throws MillraceException (KAFKA) if it cannot be read now; what was loaded stays loaded
   * @throws CancellationException if told to stop
   */
  Found read(PlannedRun plan, List<LogSpan> range) {
    var spans = new HashMap<TopicPartition, LogSpan>();
    range.forEach(span -> spans.put(new TopicPartition(span.topic(), span.partition()), span));
    try (Consumer<byte[], byte[]> consumer = connect.get()) {
      consumer.assign(spans.keySet());
      spans.forEach((place, span) -> consumer.seek(place, span.from()));
      var reading = new Reading(plan, spans);
      Map<TopicPartition, Long> ends = ends(consumer, spans);
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        retries.requireRunning();
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        records.forEach(reading::take);
        if (records.isEmpty()) {
          ends = ends(consumer, spans); // a topic made anew may never come to where it ended
        }
      }
      return reading.found();
    } catch (KafkaException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read %s once more from %s: %s".formatted(plan, range, e.getMessage()),
          e);
    }
  }

  private static Map<TopicPartition, Long> ends(
      Consumer<?, ?> consumer, Map<TopicPartition, LogSpan> spans) {
    var ends = new HashMap<>(consumer.endOffsets(spans.keySet()));
    ends.replaceAll((place, end) -> Math.min(end, spans.get(place).to()));
    return ends;
  }

  /** The records of one plan on their way through one lane's worker. */
  private final class Reading {
    private final PlannedRun plan;
    private final Map<TopicPartition, LogSpan> spans;
    private final LaneWorker worker = new LaneWorker(NEVER);
    private final Map<AttemptKey, Set<TopicPartition>> places = new HashMap<>();
    private final Map<AttemptKey, TopicPartition> endPlaces = new HashMap<>();
    private final Map<String, String> missing = new TreeMap<>();
    private long lastRecord = -1;

    Reading(PlannedRun plan, Map<TopicPartition, LogSpan> spans) {
      this.plan = plan;
      this.spans = spans;
    }

    void take(ConsumerRecord<byte[], byte[]> record) {
      var place = new TopicPartition(record.topic(), record.partition());
      if (record.offset() < spans.get(place).to()) {
        header(record)
            .filter(header -> header.reading().unit().plannedRun().equals(plan))
            .ifPresent(header -> take(record, header, place));
      }
    }

    private Optional<BatchHeader> header(ConsumerRecord<byte[], byte[]> record) {
      try {
        return headers.read(record);
      } catch (MillraceException e) {
        return Optional.empty(); // none of the plan's, as far as anyone can tell
      }
    }

    private void take(
        ConsumerRecord<byte[], byte[]> record, BatchHeader header, TopicPartition place) {
      AttemptKey attempt = AttemptKey.of(header.reading());
      lastRecord = Math.max(lastRecord, record.timestamp());
      places.computeIfAbsent(attempt, key -> new LinkedHashSet<>()).add(place);
      if (header instanceof BatchHeader.PartitionEnd) {
        endPlaces.put(attempt, place);
      }
      byte[] value = record.value();
      int checksum = value == null ? 0 : AttemptChecksum.of(ByteBuffer.wrap(value));
      var seen =
          new LaneRecord(
              record.offset(),
              record.timestamp(),
              record.leaderEpoch().orElse(-1),
              header,
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
      String topicId = spans.get(last).topicId();
      var place = new LanePlace(last.topic(), topicId, last.partition());
      LoadOutcome outcome;
      try (AttemptSource source = new SplitReader(topicId, readers)) {
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
      return new UnitReader(connect, place, end, headers, spans.get(place).to() - 1);
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
