package io.millrace.runtime.sink;

import org.apache.kafka.common.TopicPartition;

/**
 * A TopicPartition whose topic cannot be mistaken for a later one of the same name.
 *
 * @param topic the topic's name
 * @param topicId Kafka's id of the topic
 * @param partition the TopicPartition's number
 */
record LanePlace(String topic, String topicId, int partition) {
  TopicPartition topicPartition() {
    return new TopicPartition(topic, partition);
  }

  @Override
  public String toString() {
    return topic + "-" + partition;
  }
}
