package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Wait;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.ConnectWorker;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** A connector that is stopped reads the slot from its beginning, and once more when it is warm. */
record SlotReading(
    ChangeLog log, Broker broker, ConnectWorker worker, String connector, String topic) {
  private static final Duration LOOK = Duration.ofSeconds(5);

  /**
   * Measures.
   *
   * @param reset lets the connector begin anew
   * @param arrived how many changes lie in the topic, over all passes
   */
  List<Pass> passes(Runnable reset, LongSupplier arrived) throws SQLException {
    var passes = new ArrayList<Pass>();
    for (String pass : List.of("first", "second")) {
      reset.run();
      log.rewind();
      long before = arrived.getAsLong();
      long bytes = broker.bytes(topic);
      Meter meter = Meter.start(worker.usage(), broker.usage(), log.usage());
      worker.resume(connector);
      Wait.until(
          "the first change arrives",
          Bench.PASS_LIMIT,
          Wait.FINE,
          () -> arrived.getAsLong() > before);
      double begun = meter.seconds();
      long first = arrived.getAsLong() - before;
      await(before + log.changes(), arrived);
      Meter.Reading reading = meter.read();
      worker.stop(connector);
      passes.add(
          Pass.of(pass, log.changes(), reading, broker.bytes(topic) - bytes, 0)
              .steady((log.changes() - first) / (reading.seconds() - begun)));
    }
    return passes;
  }

  private void await(long wanted, LongSupplier arrived) {
    long[] next = {System.nanoTime() + LOOK.toNanos()};
    Wait.until(
        "all changes have arrived",
        Bench.PASS_LIMIT,
        Wait.FINE,
        () -> {
          if (System.nanoTime() > next[0]) {
            worker.requireWorking(connector);
            next[0] = System.nanoTime() + LOOK.toNanos();
          }
          return arrived.getAsLong() >= wanted;
        });
  }
}
