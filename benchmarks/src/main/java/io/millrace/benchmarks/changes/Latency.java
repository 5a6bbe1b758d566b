package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.path.MillracePipeline;
import io.millrace.benchmarks.path.Route;
import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.result.Delays;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.runtime.config.Setting;
import io.millrace.runtime.connect.ConnectorConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/**
 * How long it takes from a commit at the source until a reader of the target can see the row, under
 * a trickle of changes. The first third of the rows only warms the processes up.
 */
public record Latency(LatencyPoint point) {
  /** What tables and result files call it. */
  public static final String LABEL = "trickle";

  private static final Duration LOOK = Duration.ofMillis(10);

  /** All that are measured. */
  public static List<Latency> all() {
    return LatencyPoint.all().stream().map(Latency::new).toList();
  }

  /** Its name in result files. */
  public String name() {
    return point.name();
  }

  /** Measures in an empty folder. */
  public List<Pass> measure(Checkout checkout, SourceDatabase database, Path folder)
      throws Exception {
    ChangeLog.drop(database, Trickle.TABLE);
    var trickle = new Trickle(database, point.time());
    Route route = ChangeLog.route(checkout, database, allSettings(), folder);
    try (Broker broker = Broker.start(checkout, folder);
        ConnectWorker worker = MillracePipeline.worker(route, broker)) {
      var pipeline = MillracePipeline.create(route, MillracePipeline.kafka(broker), worker.url());
      ConnectorConfig connector = pipeline.request(worker);
      worker.put(connector);
      try (ChildProcess sink = pipeline.startSink();
          VisibleRows visible =
              point.mirror() ? VisibleRows.ofMirror(pipeline) : VisibleRows.ofChanges(pipeline)) {
        MillracePipeline.awaitLoading(sink);
        ChangeLog.awaitReader(database, Trickle.TABLE);
        Meter meter = Meter.start(worker.usage(), sink, broker.usage(), database.usage());
        double[] seconds = watch(trickle, visible, sink);
        Pass pass = Pass.of("first", trickle.rows(), meter.read(), 0, 0).late(Delays.of(seconds));
        worker.delete(connector.name());
        return List.of(pass);
      }
    }
  }

  /** How many rows are committed. */
  public long rows() {
    return Trickle.rows(point.time());
  }

  /** What this one differs in. */
  public List<Setting> settings() {
    return point.settings();
  }

  private List<Setting> allSettings() {
    return Stream.concat(
            Stream.of(
                    "source.table=public." + Trickle.TABLE,
                    "source.changes.slot=" + Trickle.TABLE,
                    "source.changes.publication=" + Trickle.TABLE,
                    "source.changes.buckets=1")
                .map(Setting::parse),
            point.settings().stream())
        .toList();
  }

  /** The seconds from commit to sight of each row but the first third, in no order. */
  private static double[] watch(Trickle trickle, VisibleRows visible, ChildProcess sink)
      throws Exception {
    long[] seen = new long[trickle.rows()];
    int left = seen.length;
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<Void> written = writer.submit(trickle::commit);
      long limit = System.nanoTime() + Bench.PASS_LIMIT.toNanos();
      while (left > 0) {
        if (System.nanoTime() > limit) {
          throw new IllegalStateException("%d rows have not become visible".formatted(left));
        }
        sink.requireAlive();
        Thread.sleep(LOOK.toMillis());
        List<Integer> rows = visible.look();
        long now = System.nanoTime();
        for (int row : rows) {
          if (seen[row] == 0) {
            seen[row] = now;
            left--;
          }
        }
      }
      written.get();
    } finally {
      writer.shutdownNow();
    }
    var seconds = new ArrayList<Double>();
    for (int row = seen.length / 3; row < seen.length; row++) {
      seconds.add((seen[row] - trickle.committedAt(row)) / 1e9);
    }
    return seconds.stream().mapToDouble(Double::doubleValue).toArray();
  }
}
