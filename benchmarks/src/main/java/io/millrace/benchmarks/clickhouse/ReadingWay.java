package io.millrace.benchmarks.clickhouse;

import io.millrace.benchmarks.driven.ClickHouseReads;
import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.DrivenProgram;
import java.util.ArrayList;
import java.util.List;

/**
 * A way to read the answer, in a JVM of its own; three passes, of which the last is warm.
 *
 * @param name the path's name
 * @param way what the program calls it
 */
record ReadingWay(String name, String way) implements ClickHouseWay {
  private static final String DRAIN = "drain";

  @Override
  public List<Pass> measure(Setup setup, long rows) {
    ClickHouseServer server = setup.server();
    try (var program =
        DrivenProgram.start(
            "client",
            setup.folder().resolve(way + ".log"),
            List.of("-Xmx512m", "--add-opens=java.base/java.nio=ALL-UNNAMED"),
            Checkout.own(),
            List.of(ClickHouseReads.class.getName(), server.url(), ClickHouseServer.TABLE, way))) {
      var passes = new ArrayList<Pass>();
      for (String pass : List.of("first", "second", "third")) {
        Meter meter = Meter.start(program.usage(), server.usage());
        long number = program.pass(Long.toString(rows), Bench.PASS_LIMIT);
        Meter.Reading reading = meter.read();
        check(number, rows);
        passes.add(Pass.of(pass, rows, reading, way.equals(DRAIN) ? number : 0, 0));
      }
      return passes;
    }
  }

  /** The ids are 0, 1, 2, ...; from memory a million of them are read again and again. */
  private void check(long number, long rows) {
    long least = Math.min(rows, 1_000_000);
    long wanted = way.equals("memory") ? rows / least * sum(least) : sum(rows);
    if (!way.equals(DRAIN) && number != wanted) {
      throw new IllegalStateException(
          "The ids read by %s sum up to %d instead of %d".formatted(way, number, wanted));
    }
  }

  private static long sum(long rows) {
    return rows * (rows - 1) / 2;
  }
}
