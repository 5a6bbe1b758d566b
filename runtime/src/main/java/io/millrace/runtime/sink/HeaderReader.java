package io.millrace.runtime.sink;

import io.millrace.core.MillraceException;
import io.millrace.core.wire.BatchHeader;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Tells what the records of a lane say of themselves, and which of them are none of its business.
 */
interface HeaderReader {
  /** Takes every record as it is. */
  HeaderReader EVERYTHING = record -> Optional.of(RecordHeaders.decode(record.headers()));

  /**
   * The record's header; nothing if the record is to be passed over.
   *
   * @throws MillraceException (DATA) naming the header that is missing or malformed
   */
  Optional<BatchHeader> read(ConsumerRecord<byte[], byte[]> record);
}
