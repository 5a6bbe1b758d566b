package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.path.MillracePipeline;
import io.millrace.benchmarks.path.Route;
import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Wait;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.core.ledger.ChangeEntry;
import io.millrace.runtime.config.Setting;
import io.millrace.runtime.connect.ConnectorConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Millrace as it is deployed: from the slot over Kafka into files of every change, one pass, since
 * a sink does not load a change twice.
 */
record MillraceToParquet() implements ChangesWay {
  @Override
  public String name() {
    return "changes-millrace";
  }

  @Override
  public List<Pass> measure(Setup setup) throws SQLException {
    ChangeLog log = setup.log();
    var settings = new ArrayList<>(List.of(Setting.parse("sinks.0.cut.every=1s")));
    settings.addAll(setup.settings());
    Route route = ChangeLog.route(setup.checkout(), log.database(), settings, setup.folder());
    log.copyBroker(setup.folder());
    try (Broker broker = Broker.start(setup.checkout(), setup.folder());
        ConnectWorker worker = MillracePipeline.worker(route, broker)) {
      var pipeline = MillracePipeline.create(route, MillracePipeline.kafka(broker), worker.url());
      ConnectorConfig connector = pipeline.request(worker);
      worker.put(connector);
      log.rewind();
      try (ChildProcess sink = pipeline.startSink()) {
        MillracePipeline.awaitLoading(sink);
        Meter meter = Meter.start(worker.usage(), sink, broker.usage(), log.usage());
        worker.resume(connector.name());
        Wait.until(
            "all changes can be read",
            Bench.PASS_LIMIT,
            Wait.COARSE,
            () -> {
              sink.requireAlive();
              return loaded(pipeline, log);
            });
        Meter.Reading reading = meter.read();
        List<Path> files = files(pipeline);
        log.requireWhole(files);
        return List.of(
            Pass.of(
                "first",
                log.changes(),
                reading,
                broker.bytes(pipeline.changesTopic()),
                Bench.bytes(files)));
      }
    }
  }

  /** Whether readers see as many changes as there are. */
  private static boolean loaded(MillracePipeline pipeline, ChangeLog log) {
    return entries(pipeline).mapToLong(entry -> entry.reach().rows()).sum() >= log.changes();
  }

  private static Stream<ChangeEntry> entries(MillracePipeline pipeline) {
    var changes = pipeline.changes();
    return pipeline.buckets().stream().flatMap(bucket -> changes.published(bucket).stream());
  }

  private static List<Path> files(MillracePipeline pipeline) {
    return entries(pipeline)
        .flatMap(entry -> pipeline.changes().files(entry).stream())
        .map(Path::of)
        .toList();
  }
}
