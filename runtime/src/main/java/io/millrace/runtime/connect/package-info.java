/**
 * A pipeline's source put to work: topics in the Kafka cluster, a connector in the Kafka Connect
 * cluster.
 *
 * <p>{@link io.millrace.runtime.connect.KafkaCluster} makes the topics, {@link
 * io.millrace.runtime.connect.ConnectorConfig} is what the connector is told, {@link
 * io.millrace.runtime.connect.ConnectClient} speaks with Connect's REST API and {@link
 * io.millrace.runtime.connect.Deployment} does all three. Rule: secrets leave this process as
 * references only; whoever runs the connector resolves them.
 */
package io.millrace.runtime.connect;
