package io.millrace.benchmarks.path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Meter;
import io.millrace.benchmarks.process.Usage;
import io.millrace.benchmarks.result.Pass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * {@code millrace run} with nothing around it: broker, worker and sink in one JVM, from the
 * command's start to its end. Its CPU includes the broker's.
 */
public final class MillraceRunPath implements MeasuredPath {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A shell that waits for the command knows afterwards what it used: see times in proc(5). */
  private static final String ACCOUNT =
      "\"$@\" >summary.json; code=$?; cat /proc/$$/stat >times; exit $code";

  @Override
  public String name() {
    return "millrace-run";
  }

  @Override
  public List<Pass> measure(Bench bench) throws SQLException, IOException {
    var pipeline = MillracePipeline.alone(bench.route());
    var command =
        Stream.concat(
                Stream.of(
                    "bash",
                    "-c",
                    ACCOUNT,
                    "bash",
                    bench.checkout().distribution().resolve("bin/millrace").toString()),
                pipeline.command("run", "--json").stream())
            .toList();
    Meter meter = Meter.start(bench.database().usage());
    Meter.Reading reading;
    try (ChildProcess run =
        ChildProcess.start("shell", bench.folder().resolve("run.log"), Map.of(), command)) {
      run.awaitSuccess(Bench.PASS_LIMIT);
      reading = meter.read();
    }
    JsonNode summary = JSON.readTree(bench.folder().resolve("summary.json").toFile());
    List<Path> files = pipeline.files(pipeline.published().orElseThrow());
    bench.check(files);
    var usage =
        new Usage(
            Usage.ofEndedChildren(Files.readString(bench.folder().resolve("times"))),
            summary.required("peak_memory_bytes").asLong() >> 20);
    return List.of(
        Pass.of("first", bench.rows(), reading, 0, Bench.bytes(files)).with("run", usage));
  }
}
