package io.millrace.benchmarks.path;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Usage;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.core.ledger.RunHead;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Millrace's sink alone, on a topic that is full. The first pass begins with the process; then it
 * is stopped (SIGSTOP) until the table lies in the topic once more, and the second pass begins when
 * it goes on.
 */
public final class SinkPath implements MeasuredPath {
  /** A process that is stopped sends no heartbeats. */
  private static final String PATIENT =
      "  session.timeout.ms: 1200000\n  max.poll.interval.ms: 1200000\n";

  @Override
  public String name() {
    return "millrace-sink";
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException {
    try (Broker broker = Broker.start(bench.checkout(), bench.folder());
        ConnectWorker worker = MillracePipeline.worker(bench.route(), broker)) {
      var pipeline =
          MillracePipeline.create(
              bench.route(), MillracePipeline.kafka(broker) + PATIENT, worker.url());
      long wire = fill(broker, worker, pipeline);
      Meter first = Meter.start(broker.usage());
      try (ChildProcess sink = pipeline.startSink()) {
        RunHead head = pipeline.awaitPublished(Optional.empty(), sink::requireAlive);
        Meter.Reading reading = first.read();
        var usage = new Usage(sink.cpuSeconds(), sink.peakMebibytes());
        Pass cold = pass(bench, pipeline, head, reading, wire).with(sink.role(), usage);
        sink.signal("STOP");
        wire = fill(broker, worker, pipeline);
        Meter second = Meter.start(sink, broker.usage());
        sink.signal("CONT");
        RunHead again = pipeline.awaitPublished(Optional.of(head), sink::requireAlive);
        return List.of(
            cold.named("first"), pass(bench, pipeline, again, second.read(), wire).named("second"));
      }
    }
  }

  /** Lets the worker read the table into the topic; gives the bytes it took there. */
  private static long fill(Broker broker, ConnectWorker worker, MillracePipeline pipeline) {
    long bytes = broker.bytes(pipeline.topic());
    pipeline.fill(broker, worker);
    return broker.bytes(pipeline.topic()) - bytes;
  }

  private static Pass pass(
      Bench bench, MillracePipeline pipeline, RunHead head, Meter.Reading reading, long wire)
      throws SQLException {
    List<Path> files = pipeline.files(head);
    long parquet = Bench.bytes(files);
    bench.check(files);
    return Pass.of("", head.rows(), reading, wire, parquet);
  }
}
