package io.millrace.benchmarks.path;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Metered;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.runtime.config.Setting;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What Millrace's own paths work with, whatever the source.
 *
 * @param checkout what is measured
 * @param settings of the pipelines, as {@code --set} takes them
 * @param folder an empty one, deleted afterwards
 * @param source the {@code source:} section of the pipelines
 * @param usage the source's server
 * @param check compares what was written with the source
 */
public record Route(
    Checkout checkout,
    List<Setting> settings,
    Path folder,
    String source,
    Metered usage,
    Check check) {
  /** Compares. */
  @FunctionalInterface
  public interface Check {
    /** Throws if files hold anything but the source's rows. */
    void check(List<Path> files) throws SQLException;
  }

  /** Millrace's command line from the distribution, which becomes the JVM. */
  ChildProcess millrace(String role, Path log, List<String> arguments) {
    var command =
        Stream.concat(
                Stream.of(checkout.distribution().resolve("bin/millrace").toString()),
                arguments.stream())
            .toList();
    return ChildProcess.start(role, log, Map.of(), command);
  }
}
