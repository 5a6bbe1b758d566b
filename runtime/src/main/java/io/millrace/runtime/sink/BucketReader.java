package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry.LogMark;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.runtime.bucket.ChangeRecord.Place;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * One bucket's changes behind a position, wherever in its topic they lie, read apart from the
 * group: from where its chain's newest entry ends on, in the other TopicPartitions from an hour
 * before. Goes round the TopicPartitions, each up to its end, as long as a round finds something,
 * and at last once from the log's start: the entry may have been made of records that were sent
 * again. Used by one thread at a time.
 */
final class BucketReader implements AutoCloseable {
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int IDLE_POLLS = 60;
  private static final long PORTION_BYTES = 4 << 20;

  private final Supplier<Consumer<byte[], byte[]>> connect;
  private final LanePlace lane;
  private final Bucket bucket;
  private final Optional<LogMark> mark;
  private final Deque<TopicPartition> round = new ArrayDeque<>();
  private Consumer<byte[], byte[]> consumer;
  private Iterator<ConsumerRecord<byte[], byte[]>> polled =
      List.<ConsumerRecord<byte[], byte[]>>of().iterator();
  private TopicPartition place;
  private long end;
  private boolean foundInRound;
  private boolean fromStart;
  private Position reached;
  private Set<Place> except = Set.of();

  /** The nearest record of the round that does not join on. */
  private Optional<Apart> apart = Optional.empty();

  private record Apart(ConsumerRecord<byte[], byte[]> record, Position after) {}

  /**
   * Connects when the first records are asked for.
   *
   * @param connect gives a consumer outside any group
   * @param lane where records are missing
   * @param mark where the chain's newest entry ends, if there is one
   */
  BucketReader(
      Supplier<Consumer<byte[], byte[]>> connect,
      LanePlace lane,
      Bucket bucket,
      Optional<LogMark> mark) {
    this.connect = connect;
    this.lane = lane;
    this.bucket = bucket;
    this.mark = mark;
  }

  /**
   * The next records that go on behind the position, some megabytes of them.
   *
   * @param without where records lie that are of no use
   * @throws MillraceException (KAFKA) if they cannot be read now; ask again then
   */
  FetchedRecords next(Position behind, Set<Place> without) {
    except = without;
    try {
      return portion(behind);
    } catch (KafkaException e) {
      round.clear();
      place = null;
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read the changes of %s behind %s again: %s"
              .formatted(bucket, behind, e.getMessage()),
          e);
    }
  }

  private FetchedRecords portion(Position behind) {
    if (consumer == null) {
      consumer = connect.get();
    }
    if (place == null) {
      beginRound();
    }
    reached = behind;
    var found = new ArrayList<ConsumerRecord<byte[], byte[]>>();
    long bytes = 0;
    while (bytes < PORTION_BYTES) {
      Optional<ConsumerRecord<byte[], byte[]>> record = nextHere();
      if (record.isPresent()) {
        foundInRound = true;
        found.add(record.get());
        bytes += record.get().value().length;
      } else if (!round.isEmpty()) {
        begin(round.removeFirst());
      } else {
        place = null;
        boolean more = foundInRound || !fromStart;
        fromStart = !foundInRound;
        return new FetchedRecords(found, more, more ? Optional.empty() : apart.map(Apart::record));
      }
    }
    return new FetchedRecords(found, /* more= */ true, Optional.empty());
  }

  private void beginRound() {
    foundInRound = false;
    apart = Optional.empty();
    round.clear();
    consumer.partitionsFor(lane.topic()).stream()
        .map(info -> new TopicPartition(lane.topic(), info.partition()))
        .sorted(
            Comparator.comparing((TopicPartition p) -> !isMarked(p))
                .thenComparing(TopicPartition::partition))
        .forEach(round::addLast);
    begin(round.removeFirst());
  }

  private boolean isMarked(TopicPartition partition) {
    return mark.isPresent()
        && mark.get().topicId().equals(lane.topicId())
        && mark.get().partition() == partition.partition();
  }

  private void begin(TopicPartition partition) {
    place = partition;
    polled = List.<ConsumerRecord<byte[], byte[]>>of().iterator();
    consumer.assign(List.of(place));
    end = consumer.endOffsets(List.of(place)).get(place);
    if (fromStart) {
      consumer.seekToBeginning(List.of(place));
      return;
    }
    if (isMarked(place)) {
      consumer.seek(place, mark.get().offset());
      return;
    }
    Optional<OffsetAndTimestamp> from =
        mark.flatMap(
            at -> {
              long time = Math.max(0, at.timestamp().minus(CLOCK_SKEW).toEpochMilli());
              return Optional.ofNullable(consumer.offsetsForTimes(Map.of(place, time)).get(place));
            });
    from.ifPresentOrElse(
        found -> consumer.seek(place, found.offset()),
        () -> consumer.seekToBeginning(List.of(place)));
  }

  /** The next record of this place that goes on where the last one ended. */
  private Optional<ConsumerRecord<byte[], byte[]>> nextHere() {
    int idle = 0;
    while (polled.hasNext() || consumer.position(place) < end) {
      if (!polled.hasNext()) {
        long before = consumer.position(place);
        polled = consumer.poll(POLL).records(place).iterator();
        idle = consumer.position(place) > before ? 0 : idle + 1;
        if (idle == IDLE_POLLS) {
          throw new KafkaException("no record came for a minute at offset " + before);
        }
        continue;
      }
      ConsumerRecord<byte[], byte[]> record = polled.next();
      if (goesOn(record)) {
        return Optional.of(record);
      }
    }
    return Optional.empty();
  }

  private boolean goesOn(ConsumerRecord<byte[], byte[]> record) {
    if (record.value() == null || except.contains(new Place(record.partition(), record.offset()))) {
      return false;
    }
    try {
      ChangeHeader header = RecordHeaders.decodeChange(record.headers());
      if (header.bucket().equals(bucket)
          && header.after().compareTo(reached) <= 0
          && header.last().compareTo(reached) > 0) {
        reached = header.last();
        return true;
      }
      if (header.bucket().equals(bucket) && header.after().compareTo(reached) > 0) {
        apart =
            apart
                .filter(known -> known.after().compareTo(header.after()) <= 0)
                .or(() -> Optional.of(new Apart(record, header.after())));
      }
      return false;
    } catch (MillraceException e) {
      return false; // it has its dead letter, or gets one where a lane comes to it
    }
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
      consumer = null;
    }
  }
}
