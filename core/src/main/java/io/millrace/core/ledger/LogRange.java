package io.millrace.core.ledger;

import java.util.List;
import java.util.stream.Stream;

/**
 * Where in the log a unit was found.
 *
 * @param topic the topic's name
 * @param topicId Kafka's id of the topic, which tells it from a later one of the same name
 * @param partition number of the TopicPartition where the winning attempt ended
 * @param first offset of the attempt's first record there
 * @param last offset of its partition-end
 * @param leaderEpoch of the partition-end, -1 if unknown
 * @param rows rows decoded from its batches, before any transform
 * @param elsewhere the parts of other TopicPartitions that hold the rest of it; empty unless
 *     TopicPartitions were added while it was sent
 */
public record LogRange(
    String topic,
    String topicId,
    int partition,
    long first,
    long last,
    int leaderEpoch,
    long rows,
    List<LogSpan> elsewhere) {
  public LogRange {
    elsewhere = List.copyOf(elsewhere);
  }

  /** A range that holds the whole attempt. */
  public LogRange(
      String topic,
      String topicId,
      int partition,
      long first,
      long last,
      int leaderEpoch,
      long rows) {
    this(topic, topicId, partition, first, last, leaderEpoch, rows, List.of());
  }

  /** All parts of the log that hold records of the attempt. */
  public List<LogSpan> spans() {
    var end = new LogSpan(topic, topicId, partition, first, last + 1);
    return Stream.concat(Stream.of(end), elsewhere.stream()).toList();
  }
}
