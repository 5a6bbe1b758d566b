package io.millrace.runtime.sink;

import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Some of a bucket's records that were missing.
 *
 * @param records in the order of their positions
 * @param more whether there may be more behind them
 */
record FetchedRecords(List<ConsumerRecord<byte[], byte[]>> records, boolean more) {}
