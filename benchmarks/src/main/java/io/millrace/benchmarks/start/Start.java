package io.millrace.benchmarks.start;

import io.millrace.benchmarks.path.MillracePipeline;
import io.millrace.benchmarks.path.Route;
import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Usage;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** A command whose start is measured. */
public enum Start {
  /** {@code millrace validate}, to its end. */
  VALIDATE,
  /** {@code millrace sink}, until the rows that lie in the topic can be read in Parquet. */
  SINK;

  /** What tables and result files call it. */
  public static final String LABEL = "start";

  /** Few enough that to load them takes no time to speak of. */
  public static final long ROWS = 1_000;

  /** Its name on the command line. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Measures in an empty folder. */
  public List<Pass> measure(Checkout checkout, SourceDatabase database, Path folder)
      throws SQLException {
    String section =
        """
        source:
          type: postgres
          url: %s
          user: %s
          table: public.%s
        """
            .formatted(database.url(), database.user(), TestTable.NARROW.table());
    var route = new Route(checkout, List.of(), folder, section, database.usage(), files -> {});
    return List.of(this == VALIDATE ? validate(route) : sink(route));
  }

  private static Pass validate(Route route) {
    MillracePipeline pipeline = MillracePipeline.alone(route);
    Meter meter = Meter.start();
    pipeline.validate();
    return Pass.of("first", ROWS, meter.read(), 0, 0);
  }

  private static Pass sink(Route route) {
    try (Broker broker = Broker.start(route.checkout(), route.folder());
        ConnectWorker worker = MillracePipeline.worker(route, broker)) {
      var pipeline = MillracePipeline.create(route, MillracePipeline.kafka(broker), worker.url());
      pipeline.fill(broker, worker);
      Meter meter = Meter.start();
      try (ChildProcess sink = pipeline.startSink()) {
        pipeline.awaitPublished(Optional.empty(), sink::requireAlive);
        return Pass.of("first", ROWS, meter.read(), 0, 0)
            .with(sink.role(), new Usage(sink.cpuSeconds(), sink.peakMebibytes()));
      }
    }
  }
}
