/**
 * What all connectors share: options in, Kafka Connect's records out.
 *
 * <p>{@link io.millrace.connect.ConnectOptions} turns an options record into a {@code ConfigDef}
 * and connector properties into the record. {@link io.millrace.connect.BatchAssembler} encodes
 * batches that fit a Kafka record, {@link io.millrace.connect.AttemptRecords} gives them their
 * headers. Rule: a record's offset says that a Partition is finished only if the record is its end.
 */
package io.millrace.connect;
