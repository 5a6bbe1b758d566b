package io.millrace.runtime.sink;

import java.time.Duration;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * Records of the log by their offsets, read apart from the group; neighbours are read ahead. Used
 * by one thread.
 */
final class LogRecords implements AutoCloseable {
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final int IDLE_POLLS = 5;

  private final Supplier<Consumer<byte[], byte[]>> connect;
  private Consumer<byte[], byte[]> consumer;
  private Iterator<ConsumerRecord<byte[], byte[]>> ahead = Collections.emptyIterator();
  private TopicPartition lane;

  /** The first offset that may still be ahead. */
  private long next;

  /** Connects, to nothing but the log, when the first record is asked for. */
  LogRecords(Supplier<Consumer<byte[], byte[]>> connect) {
    this.connect = connect;
  }

  /**
   * The record that was seen there; nothing if the log has dropped it since.
   *
   * @throws KafkaException if the broker gives nothing
   */
  Optional<ConsumerRecord<byte[], byte[]>> at(TopicPartition place, long offset) {
    if (place.equals(lane) && offset >= next) {
      while (ahead.hasNext() && next <= offset) {
        ConsumerRecord<byte[], byte[]> record = take();
        if (record.offset() == offset) {
          return Optional.of(record);
        }
      }
    }
    seek(place, offset);
    return Optional.of(take()).filter(record -> record.offset() == offset);
  }

  private void seek(TopicPartition place, long offset) {
    if (consumer == null) {
      consumer = connect.get();
    }
    consumer.assign(List.of(place));
    consumer.seek(place, offset);
    lane = place;
    ahead = Collections.emptyIterator();
    for (int polls = 0; !ahead.hasNext(); polls++) {
      if (polls == IDLE_POLLS) {
        throw new KafkaException("%s gives no record at offset %d".formatted(place, offset));
      }
      ahead = consumer.poll(POLL).records(place).iterator();
    }
  }

  private ConsumerRecord<byte[], byte[]> take() {
    ConsumerRecord<byte[], byte[]> record = ahead.next();
    next = record.offset() + 1;
    return record;
  }

  @Override
  public void close() {
    if (consumer != null) {
      consumer.close(CloseOptions.timeout(Duration.ZERO));
      consumer = null;
    }
    lane = null;
  }
}
