package io.millrace.runtime.run;

import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.options.Durations;
import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.sink.SinkEvents;
import io.millrace.runtime.sink.SinkProgress;
import io.millrace.runtime.sink.SinkRuntime;
import io.millrace.runtime.sink.SinkSettings;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** All sinks of a pipeline at work in this process, sharing its memory. */
public final class PipelineSinks implements AutoCloseable {
  private static final Duration PARK_AFTER = Duration.ofHours(1);
  private static final Duration SETTLE_EVERY = Duration.ofSeconds(5);

  /** One of them. */
  record Running(SinkSpec<?> spec, Sink sink, SinkRuntime runtime) {}

  /** One that is open, and how it is to work. */
  private record Opened(SinkSpec<?> spec, Sink sink, SinkSettings settings) {}

  private final ProcessMemory memory;
  private final List<Running> running = new ArrayList<>();

  private PipelineSinks(ProcessMemory memory) {
    this.memory = memory;
  }

  /**
   * Opens the targets and begins to consume.
   *
   * @param pipeline with a Kafka cluster
   * @param cluster that cluster's id
   * @param folder where relative paths start
   * @param scratch for batches that do not fit into memory
   * @param events what hears of each sink
   */
  public static PipelineSinks start(
      Pipeline pipeline,
      String cluster,
      Path folder,
      Path scratch,
      InstantSource clock,
      Function<SinkSpec<?>, SinkEvents> events) {
    var opened = new ArrayList<Opened>();
    PipelineSinks sinks;
    try {
      for (SinkSpec<?> spec : pipeline.sinks()) {
        Sink sink = spec.open(context(pipeline, spec, cluster, folder, clock));
        opened.add(new Opened(spec, sink, settings(pipeline, spec, scratch)));
      }
      long writers =
          opened.stream().mapToLong(o -> ProcessMemory.ofWriters(o.sink(), o.settings())).sum();
      sinks = new PipelineSinks(new ProcessMemory(writers));
    } catch (RuntimeException e) {
      opened.forEach(each -> each.sink().close());
      throw e;
    }
    try {
      opened.forEach(each -> sinks.start(each, clock, events.apply(each.spec())));
      return sinks;
    } catch (RuntimeException e) {
      sinks.close();
      opened.stream().skip(sinks.running.size()).forEach(each -> each.sink().close());
      throw e;
    }
  }

  private void start(Opened opened, InstantSource clock, SinkEvents events) {
    var runtime =
        new SinkRuntime(
            opened.settings(), opened.sink(), memory.waiting(), memory.vectors(), clock, events);
    running.add(new Running(opened.spec(), opened.sink(), runtime));
    runtime.start();
  }

  /** How a sink of the pipeline works. */
  public static SinkSettings settings(Pipeline pipeline, SinkSpec<?> spec, Path scratch) {
    return new SinkSettings(
        pipeline.name(),
        spec.name(),
        streams(pipeline),
        Map.copyOf(pipeline.kafka().client()),
        new PipelineTransforms(pipeline.transforms()),
        spec.given().text("writers").map(Integer::parseInt).orElse(1),
        spec.given().text("park_after").map(Durations::parse).orElse(PARK_AFTER),
        SETTLE_EVERY,
        scratch.resolve(spec.name()));
  }

  /** Of changes tables may join at any time, and topics of two kinds belong to a stream. */
  private static List<StreamId> streams(Pipeline pipeline) {
    return pipeline.source().readsChanges() ? List.of() : pipeline.streams().orElse(List.of());
  }

  /** What a sink of the pipeline is opened with. */
  public static SinkContext context(
      Pipeline pipeline, SinkSpec<?> spec, String cluster, Path folder, InstantSource clock) {
    return new SinkContext(
        pipeline.name(),
        spec.name(),
        pipeline.layout(),
        cluster,
        folder,
        new Nonces(new SecureRandom()),
        clock);
  }

  List<Running> running() {
    return running;
  }

  /** Why one of the sinks has stopped for good. */
  public Optional<Throwable> failure() {
    return running.stream().flatMap(sink -> sink.runtime().failure().stream()).findFirst();
  }

  /** How far each has come, in the order of the file. */
  public List<SinkProgress> progress() {
    return running.stream().map(sink -> sink.runtime().progress()).toList();
  }

  /** Stops in order: what is being written is finished or abandoned, and offsets are committed. */
  @Override
  public void close() {
    running.parallelStream().forEach(sink -> sink.runtime().close());
    running.forEach(sink -> sink.sink().close());
    memory.close();
  }
}
