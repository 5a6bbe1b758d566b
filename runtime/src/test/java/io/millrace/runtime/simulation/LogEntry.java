package io.millrace.runtime.simulation;

import io.millrace.core.wire.ChangeHeader;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * What stands at one offset.
 *
 * @param record the record; null for a transaction's marker, which consumers never see
 * @param attempt whose record it is; null for a marker, for changes and for what no source of ours
 *     sent
 * @param sequence its place in the attempt
 * @param change what a record of changes says of itself; null for all others
 * @param transaction what it was sent in; null for none
 */
record LogEntry(
    ConsumerRecord<byte[], byte[]> record,
    SourceAttempt attempt,
    int sequence,
    ChangeHeader change,
    Transaction transaction) {

  /** Whether consumers that read what is committed see it. */
  boolean visible() {
    return record != null && (transaction == null || transaction.isCommitted());
  }
}
