package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SourceRequest;
import io.millrace.core.stage.SourceTable;
import io.millrace.core.stage.SourceTables;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import io.millrace.runtime.connect.Deployment;
import io.millrace.runtime.connect.KafkaCluster;
import io.millrace.runtime.run.RunGoal.Settled;
import io.millrace.runtime.sink.SinkProgress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;

/**
 * A pipeline at work: topics, sinks, connector, and then waiting until all that was asked for is
 * published in every sink, or has to do without some of its units; for ever, where windows are read
 * as they close. {@link #close} stops everything in order.
 */
public final class PipelineRun implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final RunRange range;
  private final Path folder;
  private final Path state;
  private final InstantSource clock;
  private final RunProgress progress;
  private final LocalServices services;
  private final Stopping stopping;
  private final List<RunEvents> events = new ArrayList<>();
  private Pipeline pipeline;
  private PipelineSinks sinks;

  /**
   * A run of this pipeline; nothing is started yet.
   *
   * @param range which windows to read, where its runs are windows
   * @param folder where relative paths start; {@code .millrace/<pipeline>/} in it keeps the run's
   *     own state
   */
  public PipelineRun(
      Pipeline pipeline,
      RunRange range,
      Path folder,
      InstantSource clock,
      RunProgress progress,
      Stopping stopping) {
    this.pipeline = pipeline;
    this.range = range;
    this.folder = folder;
    this.state = folder.resolve(".millrace").resolve(pipeline.name());
    this.clock = clock;
    this.progress = progress;
    this.stopping = stopping;
    this.services = new LocalServices(state);
  }

  /**
   * Runs to the end.
   *
   * @return what was done; nothing if it was stopped before
   * @throws MillraceException if it cannot be done
   */
  public Optional<RunSummary> run() {
    long began = System.nanoTime();
    // What is there already is asked first: it answers sooner than the rest starts.
    new DryRun(pipeline, folder, clock).check(found -> {});
    var request = RunRequest.of(state, purpose(), new Nonces(new SecureRandom()));
    if (request.resumed()) {
      progress.step("Going on with an unfinished run");
    }
    startWhatIsLeftOut();
    if (stopped(Duration.ZERO)) {
      return Optional.empty();
    }
    SourceTables tables = describe();
    pipeline = pipeline.with(tables);
    long expected = tables.tables().stream().mapToLong(SourceTable::estimatedRows).sum();
    try (KafkaCluster kafka = KafkaCluster.open(pipeline.kafka())) {
      kafka.createTopics(pipeline);
      sinks =
          PipelineSinks.start(
              pipeline,
              kafka.id(),
              folder,
              state.resolve("scratch"),
              clock,
              spec -> {
                var heard = new RunEvents(request);
                events.add(heard);
                return heard;
              });
      for (int i = 0; i < events.size(); i++) {
        events.get(i).recall(sinks.running().get(i).sink().ledger());
      }
    }
    var connect = new ConnectClient(pipeline.connect().url().orElseThrow());
    var deployment = new Deployment(connect, pipeline, request.id(), range);
    deployment.validate();
    connect.put(deployment.config());
    progress.step("Reading %s".formatted(String.join(", ", names(tables))));
    var watch = new ConnectorWatch(() -> connect.status(ConnectorConfig.name(pipeline)), clock);
    Optional<Settled> settled = awaitSettled(goal(request), watch, expected, began);
    Optional<RunSummary> summary =
        settled.map(done -> summary(done, Duration.ofNanos(System.nanoTime() - began)));
    summary.ifPresent(done -> request.fulfil());
    return summary;
  }

  /** What is read; the streams' names where the source has described nothing. */
  private List<String> names(SourceTables tables) {
    return tables.tables().isEmpty()
        ? pipeline.streams().orElseThrow().stream().map(StreamId::name).toList()
        : tables.tables().stream().map(SourceTable::name).toList();
  }

  /** What the request is for: another purpose makes another request. */
  private String purpose() {
    return range instanceof RunRange.Until ? "until" : pipeline.layout() + " " + range;
  }

  private SourceTables describe() {
    SourceTables tables = pipeline.describe();
    tables
        .unreadable()
        .forEach(table -> progress.step("Cannot read " + table.name() + ": " + table.reason()));
    var transforms = new PipelineTransforms(pipeline.transforms());
    tables.tables().forEach(table -> pipeline.schemas(table).values().forEach(transforms::open));
    return tables;
  }

  private RunGoal goal(RunRequest request) {
    if (pipeline.source().readsChanges()) {
      return RunGoal.ENDLESS;
    }
    if (pipeline.run().isEmpty()) {
      return new SnapshotGoal(
          request, pipeline.streams().orElseThrow(), sinks.running(), events, clock);
    }
    if (range instanceof RunRange.Continuous) {
      return RunGoal.ENDLESS;
    }
    var asked =
        new SourceRequest(
            pipeline.name(), request.id(), pipeline.run().orElseThrow().options(), range);
    return new WindowsGoal(pipeline, request, asked, sinks.running(), events, clock);
  }

  private void startWhatIsLeftOut() {
    if (pipeline.source().isSample()) {
      progress.step("Starting the sample database");
      pipeline = pipeline.with(pipeline.source().with(services.startSampleDatabase()));
    }
    if (pipeline.kafka().bootstrapServers().isEmpty()) {
      progress.step("Starting Kafka");
      pipeline = pipeline.with(pipeline.kafka().at(services.startKafka()));
    }
    if (pipeline.connect().url().isEmpty()) {
      progress.step("Starting Kafka Connect");
      pipeline = pipeline.with(pipeline.connect().at(services.startConnect(pipeline)));
    }
  }

  private Optional<Settled> awaitSettled(
      RunGoal goal, ConnectorWatch watch, long expectedRows, long began) {
    Optional<Settled> settled = goal.settled();
    while (settled.isEmpty()) {
      Optional<Throwable> failure = sinks.failure();
      if (failure.isPresent()) {
        throw failure.get() instanceof MillraceException ours
            ? ours
            : MillraceException.lasting(
                Category.TARGET, "A sink has stopped: " + failure.get(), failure.get());
      }
      watch.failure().ifPresent(this::refuseFailed);
      progress.at(state(goal, expectedRows), Duration.ofNanos(System.nanoTime() - began));
      if (stopped(LOOK_EVERY)) {
        return Optional.empty();
      }
      settled = goal.settled();
    }
    progress.at(state(goal, expectedRows), Duration.ofNanos(System.nanoTime() - began));
    return settled;
  }

  private boolean stopped(Duration within) {
    try {
      return stopping.within(within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private void refuseFailed(String reason) {
    throw MillraceException.lasting(
        Category.SOURCE,
        "Connector %s failed: %s".formatted(ConnectorConfig.name(pipeline), reason));
  }

  private RunProgress.State state(RunGoal goal, long expectedRows) {
    List<SinkProgress> sinceStart = sinks.progress();
    long lag =
        sinceStart.stream()
            .flatMap(sink -> sink.lanes().stream())
            .mapToLong(lane -> lane.lag().orElse(0))
            .sum();
    if (goal == RunGoal.ENDLESS) {
      return new RunProgress.State(
          least(sinceStart, SinkProgress::rows),
          least(sinceStart, SinkProgress::loadedRows),
          -1,
          (int) least(sinceStart, sink -> sink.units() + sink.cuts()),
          -1,
          least(sinceStart, SinkProgress::bytes),
          lag);
    }
    return new RunProgress.State(
        least(events, RunEvents::rowsKept),
        least(events, RunEvents::rowsLoaded),
        expectedRows,
        (int) least(events, RunEvents::unitsLoaded),
        events.stream().mapToInt(RunEvents::plannedUnits).max().orElse(0),
        least(events, RunEvents::bytesKept),
        lag);
  }

  private static <T> long least(List<T> sinks, ToLongFunction<T> figure) {
    return sinks.stream().mapToLong(figure).min().orElse(0);
  }

  private RunSummary summary(Settled settled, Duration took) {
    return new RunSummary(
        pipeline.name(),
        settled.published().stream().map(done -> load(done.sink(), done.head())).toList(),
        settled.held(),
        events.stream().mapToLong(RunEvents::badRecords).sum(),
        took.toMillis() / 1000.0,
        PeakMemory.bytes());
  }

  private static RunSummary.Load load(PipelineSinks.Running sink, RunHead head) {
    List<UnitMarker> markers = sink.sink().ledger().markers(head.plan());
    List<String> files = sink.sink().ledger().files(head);
    long inKafka = markers.stream().mapToLong(marker -> marker.log().rows()).sum();
    return new RunSummary.Load(
        head.plan().stream().name(),
        sink.spec().name(),
        head.plan().run().value(),
        head.plan().plan().toString(),
        head.units(),
        head.sourceRows(),
        inKafka,
        markers.stream().mapToLong(UnitMarker::filteredRows).sum(),
        sink.sink().countRows(head),
        files.size(),
        markers.stream().mapToLong(marker -> marker.staged().bytes()).sum(),
        files.isEmpty() ? "" : folder(files.get(0)));
  }

  /** Nothing where the rows lie in a table. */
  private static String folder(String file) {
    return file.substring(0, Math.max(0, file.lastIndexOf('/')));
  }

  /** Stops what was started, the sinks first. */
  @Override
  public void close() {
    try (services) {
      if (sinks != null) {
        sinks.close();
      }
    }
  }
}
