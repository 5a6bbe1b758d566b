/**
 * What one process decides about one TopicPartition, and nothing of how it is done.
 *
 * <p>Records and outcomes go into a {@link io.millrace.runtime.lane.LaneWorker}, {@link
 * io.millrace.runtime.lane.LaneAction}s and the offset that may be committed come out; start with
 * its table of transitions. Rule: no I/O, no clock, no threads, no Kafka.
 */
package io.millrace.runtime.lane;
