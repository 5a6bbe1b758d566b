package io.millrace.core.ledger;

/**
 * A place in the log before which everything is loaded.
 *
 * @param topicId Kafka's id of the topic
 * @param partition number of the TopicPartition
 * @param offset the next offset to read
 */
public record LogPosition(String topicId, int partition, long offset) {}
