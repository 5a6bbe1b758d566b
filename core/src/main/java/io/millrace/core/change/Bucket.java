package io.millrace.core.change;

import io.millrace.core.MillraceException;
import io.millrace.core.StreamId;
import java.util.Comparator;

/**
 * The Partition of a change stream: the rows whose keys have the same hash.
 *
 * @param stream whose changes
 * @param generation within what positions compare
 * @param number which bucket of the generation, from 0
 */
public record Bucket(StreamId stream, Generation generation, int number) {
  /** By stream, generation and number. */
  public static final Comparator<Bucket> ORDER =
      Comparator.<Bucket, String>comparing(bucket -> bucket.stream.name())
          .thenComparing(bucket -> bucket.generation.id())
          .thenComparing(Bucket::number);

  public Bucket {
    if (number < 0 || number >= generation.buckets()) {
      throw MillraceException.data(
          "Cannot use bucket %d of %d: they count from 0".formatted(number, generation.buckets()));
    }
  }

  /** The key of all its records: keeps them in one TopicPartition, in order. */
  public String recordKey() {
    return Integer.toString(number);
  }

  @Override
  public String toString() {
    return "%s/%s/%d".formatted(stream.changesTopic(), generation.id(), number);
  }
}
