package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.ledger.LogSpan;
import io.millrace.core.wire.BatchHeader;
import io.millrace.runtime.lane.AttemptEnd;
import io.millrace.runtime.lane.AttemptKey;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * One attempt as it lies in the log, read apart from the group: from an hour before the attempt
 * began, and where that does not bring a batch, from the log's start. Holds one poll's records and
 * nothing else, so that an attempt of any size passes.
 */
final class UnitReader implements AttemptSource {
  private static final Duration CLOCK_SKEW = Duration.ofHours(1);
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int IDLE_POLLS = 60;

  private final Supplier<Consumer<byte[], byte[]>> connect;
  private final TopicPartition lane;
  private final AttemptEnd end;
  private final HeaderReader headers;
  private final long through;
  private Consumer<byte[], byte[]> consumer;
  private Iterator<ConsumerRecord<byte[], byte[]>> records = Collections.emptyIterator();
  private long first = Long.MAX_VALUE;
  private long last = -1;

  /**
   * Connects when the first value is asked for.
   *
   * @param connect gives a consumer outside any group
   * @param headers reads the records' headers, as it did that of the end
   * @param through offset of the last record that may belong to the attempt
   */
  UnitReader(
      Supplier<Consumer<byte[], byte[]>> connect,
      TopicPartition lane,
      AttemptEnd end,
      HeaderReader headers,
      long through) {
    this.connect = connect;
    this.lane = lane;
    this.end = end;
    this.headers = headers;
    this.through = through;
  }

  @Override
  public Batch batch(int sequence) {
    try {
      if (sequence == 0 || consumer == null) {
        open();
        seekTo(end.reading().attempt().startedAt().minus(CLOCK_SKEW));
      }
      Optional<Batch> found = scan(sequence);
      if (found.isEmpty()) {
        // In order they are found in one pass; what is older than its attempt takes a second one.
        consumer.seekToBeginning(List.of(lane));
        records = Collections.emptyIterator();
        found = scan(sequence);
      }
      return found.orElseThrow(() -> missing(sequence));
    } catch (KafkaException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read %s again from %s: %s".formatted(end.key(), lane, e.getMessage()),
          e);
    }
  }

  private void open() {
    if (consumer == null) {
      consumer = connect.get();
      consumer.assign(List.of(lane));
    }
    first = Long.MAX_VALUE;
    last = -1;
    records = Collections.emptyIterator();
  }

  private void seekTo(Instant from) {
    OffsetAndTimestamp found =
        consumer.offsetsForTimes(Map.of(lane, Math.max(0, from.toEpochMilli()))).get(lane);
    if (found == null || found.offset() > through) {
      consumer.seekToBeginning(List.of(lane));
    } else {
      consumer.seek(lane, found.offset());
    }
  }

  /** The record with this sequence, if it lies between here and where to stop. */
  private Optional<Batch> scan(int sequence) {
    int idle = 0;
    while (records.hasNext() || consumer.position(lane) <= through) {
      if (!records.hasNext()) {
        long before = consumer.position(lane);
        records = consumer.poll(POLL).records(lane).iterator();
        idle = consumer.position(lane) > before ? 0 : idle + 1;
        if (idle > 0 && endsEarly()) {
          return Optional.empty();
        }
        if (idle == IDLE_POLLS) {
          throw new KafkaException("no record came for a minute at offset " + before);
        }
        continue;
      }
      ConsumerRecord<byte[], byte[]> record = records.next();
      if (record.offset() > through) {
        return Optional.empty();
      }
      Optional<Batch> found = batch(record, sequence);
      if (found.isPresent()) {
        first = Math.min(first, record.offset());
        last = Math.max(last, record.offset());
        return found;
      }
    }
    return Optional.empty();
  }

  /** A topic that was made anew, or has lost its end, may never come so far again. */
  private boolean endsEarly() {
    return consumer.endOffsets(List.of(lane)).get(lane) <= through;
  }

  /** The record as a batch, if it is the one of the attempt with this sequence. */
  private Optional<Batch> batch(ConsumerRecord<byte[], byte[]> record, int sequence) {
    if (record.value() == null) {
      return Optional.empty();
    }
    try {
      return headers
          .read(record)
          .filter(header -> is(header, sequence))
          .map(
              header -> new Batch(ByteBuffer.wrap(record.value()), header.rows(), record.offset()));
    } catch (MillraceException e) {
      return Optional.empty();
    }
  }

  private boolean is(BatchHeader header, int sequence) {
    return header.sequence() == sequence
        && !(header instanceof BatchHeader.PartitionFailed)
        && AttemptKey.of(header.reading()).equals(end.key());
  }

  private MillraceException missing(int sequence) {
    Long start = consumer.beginningOffsets(List.of(lane)).get(lane);
    return MillraceException.data(
        "Batch %d of the %d of %s is not in %s between offset %d, where the log begins, and %d"
            .formatted(sequence, end.batches(), end.key(), lane, start, through));
  }

  @Override
  public long first() {
    return first;
  }

  /** The part of the log that records came from, if any did. */
  Optional<LogSpan> span(String topicId) {
    return last < 0
        ? Optional.empty()
        : Optional.of(new LogSpan(lane.topic(), topicId, lane.partition(), first, last + 1));
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ofSeconds(1)));
      consumer = null;
    }
  }
}
