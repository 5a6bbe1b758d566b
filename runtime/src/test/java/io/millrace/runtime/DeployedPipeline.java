package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Nonces;
import io.millrace.core.PlanId;
import io.millrace.core.RunId;
import io.millrace.core.StreamId;
import io.millrace.core.ledger.LedgerView;
import io.millrace.core.ledger.OpenPlan;
import io.millrace.core.ledger.RunHead;
import io.millrace.core.stage.SinkContext;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.config.PipelineFile;
import io.millrace.runtime.config.References;
import io.millrace.runtime.config.SinkSpec;
import io.millrace.runtime.config.StageTypes;
import io.millrace.runtime.connect.ConnectorConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A pipeline of one table and one sink as its operator sees it: a file in a folder, commands, a
 * sink's process, and what the ledger says.
 */
final class DeployedPipeline implements AutoCloseable {
  private static final String FILE = "pipeline.yaml";

  private final Path folder;
  private final Pipeline pipeline;
  private final List<MillraceProcess> processes = new ArrayList<>();
  private MillraceProcess sink;

  private DeployedPipeline(Path folder, Pipeline pipeline) {
    this.folder = folder;
    this.pipeline = pipeline;
  }

  /** Writes the file and starts the sink; {@link #deploy} sets the rest in motion. */
  static DeployedPipeline in(Path folder, String yaml) {
    try {
      Files.writeString(folder.resolve(FILE), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var files = new PipelineFile(StageTypes.installed(), References.everywhere(Map.of()));
    var pipeline = new DeployedPipeline(folder, files.read(folder.resolve(FILE)));
    pipeline.startSink();
    return pipeline;
  }

  /** The sink's process, the first or the next. */
  void startSink() {
    sink = millrace("sink");
  }

  /** What {@code kill -9} does to the sink. */
  void killSink() {
    sink.close();
  }

  /** Creates the connector over Connect's REST API, and waits until it runs. */
  void deploy() {
    assertThat(millrace("deploy").await(PATIENCE)).isZero();
  }

  private MillraceProcess millrace(String command) {
    MillraceProcess process = MillraceProcess.start(folder, command, FILE);
    processes.add(process);
    return process;
  }

  String connector() {
    return ConnectorConfig.name(pipeline);
  }

  String topic() {
    return stream().topic();
  }

  private StreamId stream() {
    return pipeline.streams().orElseThrow().get(0);
  }

  /** Rows of the newest plan that the ledger has markers for. */
  long loadedRows() {
    LedgerView ledger = ledger();
    return newest(ledger).map(open -> ledger.markers(open.plan())).orElse(List.of()).stream()
        .mapToLong(marker -> marker.staged().rows())
        .sum();
  }

  /** The plan that is being loaded. */
  PlanId plan() {
    return newest(ledger()).orElseThrow().plan().plan();
  }

  private static Optional<OpenPlan> newest(LedgerView ledger) {
    return ledger.openPlans().stream().max(Comparator.comparing(open -> open.plan().plan()));
  }

  private LedgerView ledger() {
    SinkSpec<?> spec = pipeline.sinks().get(0);
    var nonces = new Nonces(new SecureRandom());
    return spec.look(
        new SinkContext(
            pipeline.name(),
            spec.name(),
            pipeline.layout(),
            "",
            folder,
            nonces,
            InstantSource.system()));
  }

  /** Waits until the run can be read. */
  RunHead awaitPublished() {
    return await("the run is published")
        .atMost(PATIENCE)
        .until(() -> ledger().published(stream(), RunId.SNAPSHOT), Optional::isPresent)
        .orElseThrow();
  }

  /** The files that {@code millrace files} prints. */
  List<Path> files() {
    return Lake.files(folder, Path.of(FILE));
  }

  /** The files that someone would see who only lists folders. */
  List<Path> visibleFiles() {
    return Lake.visible(folder.resolve("lake"));
  }

  /** What all processes have said. */
  void print() {
    processes.forEach(p -> System.out.printf("--- millrace%n%s%n%s%n", p.out(), p.err()));
  }

  @Override
  public void close() {
    processes.forEach(MillraceProcess::close);
  }
}
