package io.millrace.benchmarks.path;

import io.millrace.benchmarks.driven.WithoutLog;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.DrivenProgram;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Millrace's reader and writer in one JVM, without Kafka: beside the whole path, the log's cost.
 */
public final class WithoutLogPath implements MeasuredPath {
  private static final int CONNECTIONS = 2;

  @Override
  public String name() {
    return "millrace-without-log";
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException {
    try (var program =
        DrivenProgram.start(
            "millrace",
            bench.folder().resolve("without-log.log"),
            List.of("-Xmx1g"),
            Checkout.own(),
            List.of(
                WithoutLog.class.getName(),
                bench.database().url(),
                bench.database().user(),
                bench.table().table(),
                Integer.toString(CONNECTIONS)))) {
      var passes = new ArrayList<Pass>();
      for (String pass : List.of("first", "second")) {
        Path out = bench.folder().resolve(pass);
        Meter meter = Meter.start(program.usage(), bench.database().usage());
        long wire = program.pass(out.toString(), Bench.PASS_LIMIT);
        Meter.Reading reading = meter.read();
        List<Path> files = Bench.parquet(out);
        bench.check(files);
        passes.add(Pass.of(pass, bench.rows(), reading, wire, Bench.bytes(files)));
      }
      return passes;
    }
  }
}
