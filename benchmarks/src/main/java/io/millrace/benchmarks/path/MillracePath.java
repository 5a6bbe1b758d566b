package io.millrace.benchmarks.path;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Metered;
import io.millrace.benchmarks.process.Wait;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.core.ledger.RunHead;
import io.millrace.runtime.connect.ConnectorConfig;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Millrace as it is deployed: a Connect worker reads, a sink process loads, a broker stands between
 * them. The second pass reads the table again in the same JVMs.
 */
public final class MillracePath implements MeasuredPath {
  private final int sinks;

  /** One sink process. */
  public MillracePath() {
    this(1);
  }

  /** So many sink processes of one group. */
  public MillracePath(int sinks) {
    this.sinks = sinks;
  }

  @Override
  public String name() {
    return "millrace";
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException {
    return measure(bench.route());
  }

  /** Moves the rows of any source. */
  public List<Pass> measure(Route route) throws SQLException {
    try (Broker broker = Broker.start(route.checkout(), route.folder());
        ConnectWorker worker = MillracePipeline.worker(route, broker)) {
      var pipeline = MillracePipeline.create(route, MillracePipeline.kafka(broker), worker.url());
      var started = new ArrayList<ChildProcess>();
      try {
        for (int i = 1; i <= sinks; i++) {
          started.add(pipeline.startSink(i));
        }
        started.forEach(MillracePipeline::awaitLoading);
        var passes = new ArrayList<Pass>();
        for (String pass : List.of("first", "second")) {
          passes.add(new Once(route, broker, worker, started).pass(pass, pipeline));
        }
        return passes;
      } finally {
        started.forEach(ChildProcess::close);
      }
    }
  }

  /** One pass's servers. */
  private record Once(Route route, Broker broker, ConnectWorker worker, List<ChildProcess> sinks) {
    Pass pass(String name, MillracePipeline pipeline) throws SQLException {
      ConnectorConfig request = pipeline.request(worker);
      Optional<RunHead> before = pipeline.published();
      long recordsBefore = broker.records(pipeline.topic());
      long bytesBefore = broker.bytes(pipeline.topic());
      var metered = new ArrayList<Metered>(List.of(worker.usage()));
      metered.addAll(sinks);
      metered.addAll(List.of(broker.usage(), route.usage()));
      Meter meter = Meter.start(metered.toArray(Metered[]::new));
      worker.put(request);
      Wait.until(
          "the first record arrives",
          Bench.PASS_LIMIT,
          Wait.FINE,
          () -> broker.records(pipeline.topic()) > recordsBefore);
      double begun = meter.seconds();
      RunHead head =
          pipeline.awaitPublished(
              before,
              () -> {
                worker.requireWorking(request.name());
                sinks.forEach(ChildProcess::requireAlive);
              });
      Meter.Reading reading = meter.read();
      List<Path> files = pipeline.files(head);
      long parquet = Bench.bytes(files);
      route.check().check(files);
      return Pass.of(
              name, head.rows(), reading, broker.bytes(pipeline.topic()) - bytesBefore, parquet)
          .steady(head.rows() / (reading.seconds() - begun));
    }
  }
}
