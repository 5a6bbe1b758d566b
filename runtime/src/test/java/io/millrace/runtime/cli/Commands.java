package io.millrace.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.runtime.config.StageTypes;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * Commands in this JVM, as a shell would start them.
 *
 * @param folder where they run
 */
public record Commands(Path folder) {
  /** What a command said and how it ended. */
  public record Ended(int code, String out, String err) {}

  /** Runs one to its end. */
  public Ended run(String... args) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code =
        Main.run(
            new Surroundings(
                folder,
                Map.of(),
                StageTypes.installed(),
                InstantSource.system(),
                new PrintWriter(out, true),
                new PrintWriter(err, true)),
            args);
    return new Ended(code, out.toString(), err.toString());
  }

  /** What one says that must succeed. */
  public String require(String... args) {
    Ended ended = run(args);
    assertThat(ended.code()).as("%s: %s", List.of(args), ended.err()).isZero();
    return ended.out();
  }
}
