package io.millrace.runtime.sink;

import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Some of a bucket's records that were missing.
 *
 * @param records in the order of their positions
 * @param more whether there may be more behind them
 * @param apart where there is no more: of the records that do not join on, the nearest
 */
record FetchedRecords(
    List<ConsumerRecord<byte[], byte[]>> records,
    boolean more,
    Optional<ConsumerRecord<byte[], byte[]>> apart) {}
