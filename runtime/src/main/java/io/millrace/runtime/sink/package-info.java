/**
 * The sink runtime: reads a pipeline's topics in a consumer group and loads each unit into one
 * target once.
 *
 * <p>{@link io.millrace.runtime.sink.SinkRuntime} wires it: the consumer's thread ({@code
 * BatchConsumer}) hands records to one {@code Lane} per TopicPartition, complete attempts go to the
 * {@code WriterPool}, plans to the {@code Settler}, and what comes of it returns through the {@code
 * Inbox}. {@link io.millrace.runtime.sink.ReplayRuntime} has the same parts behind a fixed range of
 * the log. Rule: only the consumer's thread touches lanes and commits offsets, and only after
 * loads.
 */
package io.millrace.runtime.sink;
