package io.millrace.benchmarks.path;

import io.millrace.benchmarks.driven.CopyDrain;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.DrivenProgram;
import java.util.ArrayList;
import java.util.List;

/** The limit: COPY BINARY read to nothing, over one connection or more. */
public final class CopyLimit implements MeasuredPath {
  private final String name;
  private final int connections;

  public CopyLimit(String name, int connections) {
    this.name = name;
    this.connections = connections;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Pass> measure(Bench bench) {
    try (var program =
        DrivenProgram.start(
            "client",
            bench.folder().resolve("copy.log"),
            List.of("-Xmx512m"),
            Checkout.own(),
            List.of(
                CopyDrain.class.getName(),
                bench.database().url(),
                bench.database().user(),
                bench.table().table(),
                Integer.toString(connections)))) {
      var passes = new ArrayList<Pass>();
      for (String pass : List.of("first", "second")) {
        Meter meter = Meter.start(program.usage(), bench.database().usage());
        long bytes = program.pass("copy", Bench.PASS_LIMIT);
        passes.add(Pass.of(pass, bench.rows(), meter.read(), bytes, 0));
      }
      return passes;
    }
  }
}
