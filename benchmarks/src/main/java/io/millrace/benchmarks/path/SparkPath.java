package io.millrace.benchmarks.path;

import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.server.DrivenProgram;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Spark's JDBC source into its Parquet writer, local[2], without Kafka between them. */
public final class SparkPath implements MeasuredPath {
  private static final String MAIN = "io.millrace.benchmarks.spark.JdbcToParquet";

  /** Spark's own list for Java 17. */
  private static final List<String> OPENED =
      List.of(
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.io",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  @Override
  public String name() {
    return "spark";
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException {
    var flags = new ArrayList<>(List.of("-Xmx2g", "-Duser.timezone=UTC"));
    OPENED.forEach(opened -> flags.add("--add-opens=java.base/%s=ALL-UNNAMED".formatted(opened)));
    Path peer = bench.checkout().peer("spark");
    try (var program =
        DrivenProgram.start(
            "spark",
            bench.folder().resolve("spark.log"),
            flags,
            List.of(peer.resolve("classes"), peer.resolve("lib/*")),
            List.of(
                MAIN,
                bench.database().url(),
                bench.database().user(),
                bench.table().table(),
                bench.table().key(),
                Long.toString(bench.rows())))) {
      var passes = new ArrayList<Pass>();
      for (String pass : List.of("first", "second")) {
        Path out = bench.folder().resolve(pass);
        Meter meter = Meter.start(program.usage(), bench.database().usage());
        program.pass(out.toString(), Bench.PASS_LIMIT);
        Meter.Reading reading = meter.read();
        List<Path> files = Bench.parquet(out);
        bench.check(files);
        passes.add(Pass.of(pass, bench.rows(), reading, 0, Bench.bytes(files)));
      }
      return passes;
    }
  }
}
