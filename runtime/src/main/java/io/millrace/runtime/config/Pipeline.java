package io.millrace.runtime.config;

import io.millrace.core.StreamId;
import java.nio.file.Path;
import java.util.List;

/**
 * One pipeline as its file describes it, with nothing left to find wrong in the file itself.
 *
 * @param file the file as it was named
 * @param name the pipeline's name
 * @param source what it reads
 * @param transforms what is done to the batches, in order
 * @param sinks where they go, at least one, names and paths distinct
 * @param kafka the cluster between source and sinks
 * @param connect the cluster that runs the connector
 */
public record Pipeline(
    Path file,
    String name,
    SourceSpec<?> source,
    List<TransformSpec<?>> transforms,
    List<SinkSpec<?>> sinks,
    KafkaSettings kafka,
    ConnectSettings connect) {

  public Pipeline {
    transforms = List.copyOf(transforms);
    sinks = List.copyOf(sinks);
  }

  /** Its streams, without asking the source. */
  public List<StreamId> streams() {
    return source.streams().stream().map(stream -> new StreamId(name, stream)).toList();
  }

  /** The consumer group of a sink. */
  public String group(SinkSpec<?> sink) {
    return "millrace.%s.%s".formatted(name, sink.name());
  }

  /** The same pipeline with another source. */
  public Pipeline with(SourceSpec<?> other) {
    return new Pipeline(file, name, other, transforms, sinks, kafka, connect);
  }

  /** The same pipeline with its connector on another Connect cluster. */
  public Pipeline with(ConnectSettings other) {
    return new Pipeline(file, name, source, transforms, sinks, kafka, other);
  }

  /** The same pipeline over another cluster. */
  public Pipeline with(KafkaSettings other) {
    return new Pipeline(file, name, source, transforms, sinks, other, connect);
  }
}
