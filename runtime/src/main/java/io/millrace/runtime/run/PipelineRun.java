package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.core.Nonces;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.ledger.UnitMarker;
import io.millrace.core.stage.SourceTable;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import io.millrace.runtime.connect.ConnectorStatus;
import io.millrace.runtime.connect.Deployment;
import io.millrace.runtime.connect.KafkaCluster;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One bounded run of a pipeline: topics, sinks, connector, and then waiting until every sink's
 * ledger has published the head of a plan that answers the run's request. {@link #close} stops
 * everything in order.
 */
public final class PipelineRun implements AutoCloseable {
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);
  private static final Duration ASK_CONNECT_EVERY = Duration.ofSeconds(1);

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
   * @param folder where relative paths start; {@code .millrace/<pipeline>/} in it keeps the run's
   *     own state
   */
  public PipelineRun(
      Pipeline pipeline,
      Path folder,
      InstantSource clock,
      RunProgress progress,
      Stopping stopping) {
    this.pipeline = pipeline;
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
    var request = RunRequest.of(state, new Nonces(new SecureRandom()));
    if (request.resumed()) {
      progress.step("Going on with an unfinished run");
    }
    startWhatIsLeftOut();
    if (stopped(Duration.ZERO)) {
      return Optional.empty();
    }
    List<SourceTable> tables = pipeline.source().describe();
    tables.forEach(table -> new PipelineTransforms(pipeline.transforms()).open(table.schema()));
    long expected = tables.stream().mapToLong(SourceTable::estimatedRows).sum();
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
    }
    var connect = new ConnectClient(pipeline.connect().url().orElseThrow());
    var deployment = new Deployment(connect, pipeline, request.id());
    deployment.validate();
    connect.put(deployment.config());
    progress.step(
        "Reading %s"
            .formatted(tables.stream().map(SourceTable::name).collect(Collectors.joining(", "))));
    if (!awaitHeads(request, connect, expected, began)) {
      return Optional.empty();
    }
    RunSummary summary = summary(request, Duration.ofNanos(System.nanoTime() - began));
    request.fulfil();
    return Optional.of(summary);
  }

  private void startWhatIsLeftOut() {
    if (pipeline.source().given().text("url").isEmpty()) {
      progress.step("Starting the sample database");
      pipeline = pipeline.with(pipeline.source().with(services.startSampleDatabase()));
    }
    if (pipeline.kafka().bootstrapServers().isEmpty()) {
      progress.step("Starting Kafka");
      pipeline = pipeline.with(pipeline.kafka().at(services.startKafka()));
    }
    if (pipeline.connect().url().isEmpty()) {
      progress.step("Starting Kafka Connect");
      String servers = pipeline.kafka().bootstrapServers().orElseThrow();
      pipeline =
          pipeline.with(
              pipeline
                  .connect()
                  .at(services.startConnect(servers, ConnectorConfig.workerProperties())));
    }
  }

  private boolean awaitHeads(
      RunRequest request, ConnectClient connect, long expectedRows, long began) {
    long askConnect = System.nanoTime();
    while (!published(request)) {
      Optional<Throwable> failure = sinks.failure();
      if (failure.isPresent()) {
        throw failure.get() instanceof MillraceException ours
            ? ours
            : MillraceException.lasting(
                Category.TARGET, "A sink has stopped: " + failure.get(), failure.get());
      }
      refuseHeld();
      if (System.nanoTime() >= askConnect) {
        connect.status(ConnectorConfig.name(pipeline)).ifPresent(this::refuseFailed);
        askConnect = System.nanoTime() + ASK_CONNECT_EVERY.toNanos();
      }
      progress.at(state(expectedRows), Duration.ofNanos(System.nanoTime() - began));
      if (stopped(LOOK_EVERY)) {
        return false;
      }
    }
    progress.at(state(expectedRows), Duration.ofNanos(System.nanoTime() - began));
    return true;
  }

  private boolean stopped(Duration within) {
    try {
      return stopping.within(within);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  private boolean published(RunRequest request) {
    return sinks.running().stream()
        .allMatch(
            sink ->
                pipeline.streams().stream()
                    .allMatch(stream -> answer(request, sink, stream).isPresent()));
  }

  private static Optional<RunHead> answer(
      RunRequest request, PipelineSinks.Running sink, StreamId stream) {
    return sink.sink()
        .ledger()
        .published(stream, RunId.SNAPSHOT)
        .filter(head -> request.answeredBy(head.plan().plan()));
  }

  private void refuseFailed(ConnectorStatus status) {
    status
        .failure()
        .ifPresent(
            reason -> {
              throw MillraceException.lasting(
                  Category.SOURCE,
                  "Connector %s failed: %s".formatted(ConnectorConfig.name(pipeline), reason));
            });
  }

  private void refuseHeld() {
    Map<Unit, String> held =
        events.stream()
            .flatMap(heard -> heard.held().entrySet().stream())
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a));
    if (!held.isEmpty()) {
      throw MillraceException.lasting(
          Category.DATA,
          held.entrySet().stream()
              .map(e -> "Unit %s is held: %s".formatted(e.getKey(), e.getValue()))
              .collect(Collectors.joining("\n")));
    }
  }

  private RunProgress.State state(long expectedRows) {
    long lag =
        sinks.progress().stream()
            .flatMap(sink -> sink.lanes().stream())
            .mapToLong(lane -> lane.lag().orElse(0))
            .sum();
    return new RunProgress.State(
        events.stream().mapToLong(RunEvents::rowsKept).min().orElse(0),
        events.stream().mapToLong(RunEvents::rowsLoaded).min().orElse(0),
        expectedRows,
        events.stream().mapToInt(RunEvents::unitsLoaded).min().orElse(0),
        events.stream().mapToInt(RunEvents::plannedUnits).max().orElse(0),
        events.stream().mapToLong(RunEvents::bytesKept).min().orElse(0),
        lag);
  }

  private RunSummary summary(RunRequest request, Duration took) {
    var loads = new ArrayList<RunSummary.Load>();
    for (PipelineSinks.Running sink : sinks.running()) {
      for (StreamId stream : pipeline.streams()) {
        loads.add(load(sink, answer(request, sink, stream).orElseThrow()));
      }
    }
    return new RunSummary(pipeline.name(), loads, took.toMillis() / 1000.0, PeakMemory.bytes());
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
        files.isEmpty() ? "" : files.get(0).substring(0, files.get(0).lastIndexOf('/')));
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
