package io.millrace.benchmarks.path;

import io.millrace.benchmarks.driven.AcrossLog;
import io.millrace.benchmarks.driven.RecordCodec;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Metered;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.DrivenProgram;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Millrace's decoders and its writer in one JVM, with Kafka between them or nothing.
 *
 * @param codec of the records; none if there is no log
 */
public record AcrossLogPath(Optional<RecordCodec> codec) implements MeasuredPath {
  private static final int CONNECTIONS = 2;

  /** Without a log, and with one by every codec. */
  public static List<AcrossLogPath> all() {
    return Stream.concat(
            Stream.of(Optional.<RecordCodec>empty()),
            Stream.of(RecordCodec.values()).map(Optional::of))
        .map(AcrossLogPath::new)
        .toList();
  }

  @Override
  public String name() {
    return "log-" + codec.map(which -> which.name().toLowerCase(Locale.ROOT)).orElse("without");
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException {
    if (codec.isEmpty()) {
      return measure(bench, Optional.empty());
    }
    try (Broker broker = Broker.start(bench.checkout(), bench.folder())) {
      return measure(bench, Optional.of(broker));
    }
  }

  private List<Pass> measure(Bench bench, Optional<Broker> broker) throws SQLException {
    var main =
        new ArrayList<>(
            List.of(
                AcrossLog.class.getName(),
                bench.database().url(),
                bench.database().user(),
                bench.table().table(),
                Integer.toString(CONNECTIONS)));
    broker.ifPresent(kafka -> main.addAll(List.of(kafka.bootstrapServers(), codec.get().name())));
    try (var program =
        DrivenProgram.start(
            "millrace",
            bench.folder().resolve("across-log.log"),
            List.of("-Xmx1g"),
            Checkout.own(),
            main)) {
      var passes = new ArrayList<Pass>();
      for (String pass : List.of("first", "second")) {
        Path out = bench.folder().resolve(pass);
        var metered = new ArrayList<>(List.of(program.usage(), bench.database().usage()));
        broker.ifPresent(
            kafka -> {
              kafka.createTopic(pass, CONNECTIONS);
              metered.add(kafka.usage());
            });
        Meter meter = Meter.start(metered.toArray(Metered[]::new));
        program.pass(out + " " + pass, Bench.PASS_LIMIT);
        Meter.Reading reading = meter.read();
        List<Path> files = Bench.parquet(out);
        bench.check(files);
        long wire = broker.map(kafka -> kafka.bytes(pass)).orElse(0L);
        passes.add(Pass.of(pass, bench.rows(), reading, wire, Bench.bytes(files)));
      }
      return passes;
    }
  }
}
