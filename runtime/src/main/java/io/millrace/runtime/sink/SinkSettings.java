package io.millrace.runtime.sink;

import io.millrace.core.StreamId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What one sink of a pipeline works on and how.
 *
 * @param pipeline the pipeline's name
 * @param sink the sink's name
 * @param streams whose topics are read; none for all of the pipeline, also those made later
 * @param kafka properties for every Kafka client, {@code bootstrap.servers} among them
 * @param transforms what happens to batches on the way
 * @param writers how many units are written at the same time
 * @param parkAfter how much log time may pass without a batch of a unit before nobody waits for it
 * @param settleEvery how often plans left open by anyone are looked after
 * @param scratch the folder for batches that do not fit into memory
 */
public record SinkSettings(
    String pipeline,
    String sink,
    List<StreamId> streams,
    Map<String, Object> kafka,
    TransformChain transforms,
    int writers,
    Duration parkAfter,
    Duration settleEvery,
    Path scratch) {
  public SinkSettings {
    streams = List.copyOf(streams);
    kafka = Map.copyOf(kafka);
  }

  /** The consumer group, shared by all processes of this sink. */
  public String group() {
    return "millrace." + pipeline + "." + sink;
  }

  /** The topics of all streams, also of those that are not known. */
  Pattern allTopics() {
    return Pattern.compile(
        "(?!%s$)%s\\.[a-z0-9_-]+(\\.changes)?"
            .formatted(Pattern.quote(deadLetters()), Pattern.quote(pipeline)));
  }

  /** The topic for what the sink cannot use. */
  String deadLetters() {
    return StreamId.deadLetters(pipeline);
  }

  /** The stream of one of the topics. */
  StreamId stream(String topic) {
    String name = topic.substring(pipeline.length() + 1);
    int end = name.indexOf('.');
    return new StreamId(pipeline, end < 0 ? name : name.substring(0, end));
  }

  /** Without the Kafka properties: they hold passwords. */
  @Override
  public String toString() {
    return "sink %s of pipeline %s, streams %s".formatted(sink, pipeline, streams);
  }
}
