package io.millrace.runtime.run;

import io.millrace.core.MillraceException;
import io.millrace.core.MillraceException.Category;
import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedException;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import io.millrace.runtime.config.Pipeline;
import io.millrace.runtime.connect.ConnectorConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The servers a pipeline's file leaves out, started in this process with their data under one
 * folder. Closes them in the opposite order of their start.
 */
final class LocalServices implements AutoCloseable {
  /** Rows of the sample table. */
  static final long SAMPLE_ROWS = 1_000_000;

  private final Path folder;
  private final Deque<AutoCloseable> started = new ArrayDeque<>();

  LocalServices(Path folder) {
    this.folder = folder;
  }

  /** Starts Postgres with the sample table; gives the source options that reach it. */
  Map<String, String> startSampleDatabase() {
    EmbeddedPostgres postgres =
        start(Category.SOURCE, () -> EmbeddedPostgres.start(folder.resolve("postgres")));
    try (var connection = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "")) {
      SampleTrips.fill(connection, SAMPLE_ROWS);
    } catch (SQLException e) {
      throw MillraceException.lasting(
          Category.SOURCE, "Cannot fill the sample table: " + e.getMessage(), e);
    }
    return Map.of("url", postgres.jdbcUrl(), "user", postgres.user());
  }

  /** Starts a broker; gives its {@code bootstrap.servers}. */
  String startKafka() {
    return start(Category.KAFKA, () -> EmbeddedKafka.start(folder.resolve("kafka")))
        .bootstrapServers();
  }

  /**
   * Starts a Connect worker for a pipeline whose cluster is known, with our plugins and those that
   * it names; gives the address of its REST API.
   */
  String startConnect(Pipeline pipeline) {
    Path ours = plugins();
    var settings = new HashMap<>(ConnectorConfig.workerProperties(pipeline));
    settings.put(
        "plugin.path",
        Stream.concat(Stream.of(ours), pipeline.connect().plugins().stream().map(Path::of))
            .map(each -> each.toAbsolutePath().toString())
            .collect(Collectors.joining(",")));
    String servers = pipeline.kafka().bootstrapServers().orElseThrow();
    return start(Category.KAFKA, () -> EmbeddedConnect.start(servers, ours, settings)).url();
  }

  private <S extends AutoCloseable> S start(Category category, Supplier<S> server) {
    try {
      S running = server.get();
      started.push(running);
      return running;
    } catch (EmbeddedException e) {
      throw MillraceException.lasting(category, e.getMessage(), e);
    }
  }

  private static Path plugins() {
    Path plugins = Path.of(System.getProperty("millrace.home", "."), "plugins");
    if (!Files.isDirectory(plugins)) {
      throw MillraceException.configuration(
          "Cannot find the plugin folder %s: start Millrace with its launcher".formatted(plugins));
    }
    return plugins;
  }

  @Override
  public void close() {
    RuntimeException failure = null;
    while (!started.isEmpty()) {
      try {
        started.pop().close();
      } catch (Exception e) {
        var failed = new IllegalStateException("Cannot stop an embedded server", e);
        if (failure == null) {
          failure = failed;
        } else {
          failure.addSuppressed(failed);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
