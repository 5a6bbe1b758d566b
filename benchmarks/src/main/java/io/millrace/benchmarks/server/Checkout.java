package io.millrace.benchmarks.server;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Where the build has left what is measured.
 *
 * @param root the repository's folder
 */
public record Checkout(Path root) {
  /** What a stock worker does not have: plugins bring it themselves. */
  private static final String OURS = "(millrace|arrow|flatbuffers|postgresql)-.*";

  /** The distribution, as users unpack it. */
  public Path distribution() {
    return root.resolve("runtime/target/millrace");
  }

  /** Our folder for a worker's {@code plugin.path}. */
  public Path plugins() {
    return root.resolve("connect-plugins/target/plugin");
  }

  /** ClickHouse's engine behind HTTP, which the tests bring. */
  public Path chdbServer() {
    return root.resolve("core/src/test/resources/clickhouse/chdb-server.js");
  }

  /** A peer's libraries: a folder for a worker's {@code plugin.path}, or a class path. */
  public Path peer(String name) {
    return root.resolve("benchmarks/peers").resolve(name).resolve("target");
  }

  /** Kafka's own jars, and what they need. */
  public List<Path> kafka() {
    return jars(distribution().resolve("lib")).stream()
        .filter(jar -> !jar.getFileName().toString().matches(OURS))
        .toList();
  }

  /** All jars of the distribution. */
  public List<Path> all() {
    return jars(distribution().resolve("lib"));
  }

  /** What this JVM itself was started with. */
  public static List<Path> own() {
    var paths = new ArrayList<Path>();
    for (String entry : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
      paths.add(Path.of(entry).toAbsolutePath());
    }
    return paths;
  }

  private static List<Path> jars(Path folder) {
    try (Stream<Path> jars = Files.list(folder)) {
      return jars.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException("Nothing is built: start benchmarks/run", e);
    }
  }
}
