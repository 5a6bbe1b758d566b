package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.Deployment;
import io.millrace.runtime.connect.KafkaCluster;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.function.Consumer;

/**
 * Asks everything a run would need whether it is there, and writes nothing. What would be embedded
 * is not started.
 */
public final class DryRun {
  private static final String REQUEST = "dry-run";
  private static final String NO_CLUSTER_YET = "";

  private final Pipeline pipeline;
  private final Path folder;
  private final InstantSource clock;

  /** A check of this pipeline as if it were run in this folder. */
  public DryRun(Pipeline pipeline, Path folder, InstantSource clock) {
    this.pipeline = pipeline;
    this.folder = folder;
    this.clock = clock;
  }

  /**
   * Checks, and tells what was found.
   *
   * @throws MillraceException for the first thing that is wrong
   */
  public void check(Consumer<String> tell) {
    source(tell);
    String cluster = kafka(tell);
    sinks(cluster, tell);
    connect(tell);
  }

  private void source(Consumer<String> tell) {
    if (pipeline.source().isSample()) {
      tell.accept("source: the embedded sample database, not started by a dry run");
      return;
    }
    var transforms = new PipelineTransforms(pipeline.transforms());
    SourceTables tables = pipeline.describe();
    if (tables.streams().isEmpty()) {
      tell.accept("source: only its connector asks it");
    }
    for (SourceTables.Unreadable table : tables.unreadable()) {
      tell.accept("source: %s cannot be read: %s".formatted(table.name(), table.reason()));
    }
    for (SourceTable table : tables.tables()) {
      pipeline.schemas(table).values().forEach(transforms::open);
      tell.accept(
          "source: %s, %d columns, about %,d rows"
              .formatted(
                  table.name(),
                  table.schema().getFields().size(),
                  Math.max(0, table.estimatedRows())));
    }
  }

  /** The cluster's id; an embedded one tells it when it runs. */
  private String kafka(Consumer<String> tell) {
    if (pipeline.kafka().bootstrapServers().isEmpty()) {
      tell.accept("kafka: an embedded broker, not started by a dry run");
      return NO_CLUSTER_YET;
    }
    try (KafkaCluster kafka = KafkaCluster.open(pipeline.kafka())) {
      String id = kafka.id();
      tell.accept("kafka: cluster " + id);
      return id;
    }
  }

  private void sinks(String cluster, Consumer<String> tell) {
    for (SinkSpec<?> sink : pipeline.sinks()) {
      sink.check(PipelineSinks.context(pipeline, sink, cluster, folder, clock));
      tell.accept("sink: %s can be written".formatted(sink.name()));
    }
  }

  private void connect(Consumer<String> tell) {
    if (pipeline.connect().url().isEmpty()) {
      tell.accept("connect: an embedded worker, not started by a dry run");
      return;
    }
    String url = pipeline.connect().url().get();
    new Deployment(new ConnectClient(url), pipeline, REQUEST, new RunRange.Continuous()).validate();
    tell.accept("connect: %s takes the connector".formatted(url));
  }
}
