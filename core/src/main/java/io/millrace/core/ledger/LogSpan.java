package io.millrace.core.ledger;

/**
 * A part of one TopicPartition.
 *
 * @param topic the topic's name
 * @param topicId Kafka's id of the topic, which tells it from a later one of the same name
 * @param partition number of the TopicPartition
 * @param from the first offset
 * @param to the offset after the last
 */
public record LogSpan(String topic, String topicId, int partition, long from, long to) {
  /** Offsets in it; those that aborted transactions left count too. */
  public long length() {
    return Math.max(0, to - from);
  }

  /** The smallest part that holds both, of the same TopicPartition. */
  public LogSpan union(LogSpan other) {
    return new LogSpan(
        topic, topicId, partition, Math.min(from, other.from), Math.max(to, other.to));
  }

  @Override
  public String toString() {
    return "%s-%d:%d..%d".formatted(topic, partition, from, to);
  }
}
