package io.millrace.benchmarks.path;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Wait;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.core.Nonces;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.change.Bucket;
import io.millrace.core.ledger.ChangeChainsView;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.MirrorVersion;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.window.RunRange;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.StageTypes;
import io.millrace.runtime.connect.ConnectClient;
import io.millrace.runtime.connect.ConnectorConfig;
import io.millrace.runtime.connect.Deployment;
import io.millrace.runtime.connect.KafkaCluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** A pipeline of one table and one sink, as its operator has it: a file, commands, a ledger. */
public final class MillracePipeline {
  private static final Pattern LOADING = Pattern.compile("(Loading)");
  private static final Duration START_LIMIT = Duration.ofSeconds(60);

  private final Route route;
  private final Path file;
  private final Pipeline pipeline;
  private final Nonces nonces = new Nonces(new SecureRandom());

  private MillracePipeline(Route route, Path file, Pipeline pipeline) {
    this.route = route;
    this.file = file;
    this.pipeline = pipeline;
  }

  /** Writes the file and creates the topics. */
  public static MillracePipeline create(Route route, String kafka, String connectUrl) {
    MillracePipeline pipeline = write(route, kafka, "connect:\n  url: " + connectUrl + "\n");
    try (KafkaCluster cluster = KafkaCluster.open(pipeline.pipeline.kafka())) {
      cluster.createTopics(pipeline.pipeline);
    }
    return pipeline;
  }

  /** Writes a file that leaves Kafka and Connect out, so that the command line brings its own. */
  public static MillracePipeline alone(Route route) {
    return write(route, "", "");
  }

  private static MillracePipeline write(Route route, String kafka, String connect) {
    String yaml =
        """
        name: bench
        %ssinks:
          - type: parquet
            name: lake
            path: lake/{stream}/{run}/
        """
            .formatted(route.source());
    Path file = route.folder().resolve("pipeline.yaml");
    try {
      Files.writeString(file, yaml + kafka + connect);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var files =
        new PipelineFile(StageTypes.installed(), References.everywhere(Map.of()), route.settings());
    return new MillracePipeline(route, file, files.read(file));
  }

  /** Starts a Connect worker with our plugin. */
  public static ConnectWorker worker(Route route, Broker broker) {
    return ConnectWorker.start(
        route.checkout(),
        route.folder().resolve("connect"),
        broker,
        route.checkout().plugins(),
        ConnectWorker.Records.BYTES);
  }

  /** A {@code kafka:} section for a broker. */
  public static String kafka(Broker broker) {
    return "kafka:\n  bootstrap.servers: " + broker.bootstrapServers() + "\n";
  }

  /** Command line arguments about this pipeline. */
  List<String> command(String name, String... more) {
    var arguments = new ArrayList<>(List.of(name, file.toString()));
    arguments.addAll(List.of(more));
    route
        .settings()
        .forEach(set -> arguments.addAll(List.of("--set", set.path() + "=" + set.value())));
    return arguments;
  }

  /** Starts a sink process, which is not yet ready on return. */
  public ChildProcess startSink() {
    return startSink(1);
  }

  /** Starts sink process number n. */
  ChildProcess startSink(int n) {
    String role = n == 1 ? "sink" : "sink-" + n;
    return route.millrace(role, route.folder().resolve(role + ".log"), command("sink"));
  }

  /** Reads the file as {@code millrace validate} does, in a process of its own. */
  public void validate() {
    try (ChildProcess validate =
        route.millrace("validate", route.folder().resolve("validate.log"), command("validate"))) {
      validate.awaitSuccess(START_LIMIT);
    }
  }

  /** Lets a worker read the table into the topic, to its end. */
  public void fill(Broker broker, ConnectWorker worker) {
    ConnectorConfig request = request(worker);
    try (var end = new TopicEnd(broker, topic())) {
      worker.put(request);
      end.awaitPlan(() -> worker.requireWorking(request.name()));
    }
  }

  /** Waits until the sink reads. */
  public static void awaitLoading(ChildProcess sink) {
    sink.awaitSaid(LOADING, 1, START_LIMIT);
  }

  /** A request to read the table, checked by the cluster; {@link ConnectWorker#put} makes it. */
  public ConnectorConfig request(ConnectWorker worker) {
    var deployment =
        new Deployment(
            new ConnectClient(worker.url()), pipeline, nonces.next(), new RunRange.Continuous());
    deployment.validate();
    return deployment.config();
  }

  String topic() {
    return stream().topic();
  }

  /** The topic of its changes. */
  public String changesTopic() {
    return stream().changesTopic();
  }

  /** What is loaded of its changes. */
  public ChangeChainsView changes() {
    return ledger().chains();
  }

  /** Each bucket of its changes that something is loaded of. */
  public List<Bucket> buckets() {
    return changes().buckets(stream());
  }

  private StreamId stream() {
    return pipeline.streams().orElseThrow().get(0);
  }

  /** The table as it is now, if the sink has come that far. */
  public Optional<MirrorVersion> mirror() {
    return ledger().mirrors().published(stream());
  }

  /** The files of a table as it is now. */
  public List<String> files(MirrorVersion version) {
    return ledger().mirrors().files(version);
  }

  /** The run that readers see. */
  Optional<RunHead> published() {
    return ledger().published(stream(), RunId.SNAPSHOT);
  }

  /** Waits for another published run than the one before. */
  public RunHead awaitPublished(Optional<RunHead> before, Runnable requireWorking) {
    long[] next = {System.nanoTime()};
    Wait.until(
        "a run is published",
        Bench.PASS_LIMIT,
        Wait.FINE,
        () -> {
          if (System.nanoTime() > next[0]) {
            requireWorking.run();
            next[0] = System.nanoTime() + Duration.ofSeconds(5).toNanos();
          }
          Optional<RunHead> now = published();
          return now.isPresent() && !now.equals(before);
        });
    return published().orElseThrow();
  }

  /** The files of a published run. */
  List<Path> files(RunHead head) {
    return ledger().files(head).stream().map(Path::of).toList();
  }

  private LedgerView ledger() {
    SinkSpec<?> sink = pipeline.sinks().get(0);
    return sink.look(
        new SinkContext(
            pipeline.name(),
            sink.name(),
            pipeline.layout(),
            "",
            route.folder(),
            nonces,
            InstantSource.system()));
  }
}
