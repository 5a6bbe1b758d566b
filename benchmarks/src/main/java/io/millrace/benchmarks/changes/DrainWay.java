package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.driven.LogDrain;
import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.DrivenProgram;
import java.util.ArrayList;
import java.util.List;

/** The limit: pgjdbc reads the slot's messages and throws them away. */
record DrainWay() implements ChangesWay {
  @Override
  public String name() {
    return "changes-drain";
  }

  @Override
  public List<Pass> measure(Setup setup) throws Exception {
    ChangeLog log = setup.log();
    try (var program =
        DrivenProgram.start(
            "client",
            setup.folder().resolve("drain.log"),
            List.of("-Xmx512m"),
            Checkout.own(),
            List.of(
                LogDrain.class.getName(),
                log.database().url(),
                log.database().user(),
                ChangeLog.SLOT,
                ChangeLog.TABLE))) {
      var passes = new ArrayList<Pass>();
      for (String pass : List.of("first", "second")) {
        log.rewind();
        Meter meter = Meter.start(program.usage(), log.usage());
        long bytes = program.pass(Long.toString(log.changes()), Bench.PASS_LIMIT);
        passes.add(Pass.of(pass, log.changes(), meter.read(), bytes, 0));
      }
      return passes;
    }
  }
}
