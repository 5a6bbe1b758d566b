package io.millrace.core.ledger;

/**
 * Where in the log a unit was found.
 *
 * @param topic the topic's name
 * @param topicId Kafka's id of the topic, which tells it from a later one of the same name
 * @param partition number of the TopicPartition
 * @param first offset of the winning attempt's first record
 * @param last offset of its partition-end
 * @param leaderEpoch of the partition-end, -1 if unknown
 * @param rows rows decoded from its batches, before any transform
 */
public record LogRange(
    String topic,
    String topicId,
    int partition,
    long first,
    long last,
    int leaderEpoch,
    long rows) {}
