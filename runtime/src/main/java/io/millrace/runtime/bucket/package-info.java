/**
 * What one process decides about the buckets of one TopicPartition of changes, and nothing of how
 * it is done.
 *
 * <p>Records and outcomes go into a {@link io.millrace.runtime.bucket.ChangeWorker}, {@link
 * io.millrace.runtime.bucket.BucketAction}s and the offset that may be committed come out; start
 * with its table of transitions. Rule: no I/O, no clock, no threads, no Kafka.
 */
package io.millrace.runtime.bucket;
