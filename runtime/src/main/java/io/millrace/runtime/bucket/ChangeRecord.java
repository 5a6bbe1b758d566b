package io.millrace.runtime.bucket;

import io.millrace.core.wire.ChangeHeader;

/**
 * A record of a change stream as a lane sees it: all but the value.
 *
 * @param partition number of the TopicPartition it lies in
 * @param offset its place there
 * @param timestamp its log time, epoch milliseconds
 * @param header what it says of itself
 * @param bytes length of its value
 */
public record ChangeRecord(
    int partition, long offset, long timestamp, ChangeHeader header, int bytes) {
  /** Where in its topic a record lies. */
  public record Place(int partition, long offset) {}

  /** Where it lies. */
  public Place place() {
    return new Place(partition, offset);
  }
}
