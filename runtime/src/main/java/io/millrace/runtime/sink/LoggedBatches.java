package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.runtime.bucket.ChangeRecord;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/** The records of a cut as they lie in the log, for want of memory to keep them. */
final class LoggedBatches implements AttemptSource {
  private final LogRecords log;
  private final String topic;
  private final List<ChangeRecord> records;

  /** Connects when the first record is asked for. */
  LoggedBatches(
      Supplier<Consumer<byte[], byte[]>> connect, String topic, List<ChangeRecord> records) {
    this.log = new LogRecords(connect);
    this.topic = topic;
    this.records = records;
  }

  @Override
  public Batch batch(int sequence) {
    ChangeRecord record = records.get(sequence);
    var place = new TopicPartition(topic, record.partition());
    try {
      byte[] value =
          log.at(place, record.offset())
              .orElseThrow(
                  () ->
                      MillraceException.data(
                          "Cannot find the record at %s offset %d any more"
                              .formatted(place, record.offset())))
              .value();
      return new Batch(ByteBuffer.wrap(value), record.header().rows(), record.offset());
    } catch (KafkaException e) {
      throw MillraceException.passing(
          MillraceException.Category.KAFKA,
          "Cannot read the record at %s offset %d again: %s"
              .formatted(place, record.offset(), e.getMessage()),
          e);
    }
  }

  @Override
  public long first() {
    return records.get(0).offset();
  }

  @Override
  public void close() {
    log.close();
  }
}
