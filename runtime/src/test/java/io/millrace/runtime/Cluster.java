package io.millrace.runtime;

import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.SampleTrips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/**
 * Postgres with the sample table, Kafka, a Connect worker in this JVM, and pipelines that use them.
 */
final class Cluster implements AutoCloseable {
  private static final Path PLUGINS =
      Path.of("..", "connect-plugins", "target", "plugin").toAbsolutePath();

  private final Path folder;
  private final TestServers.Server postgres;
  private final TestServers.Server kafka;
  private final EmbeddedConnect connect;

  Cluster(Path folder, long rows) throws SQLException {
    this.folder = folder;
    TestServers servers = TestServers.chosen();
    this.postgres =
        servers.startPostgres(
            folder.resolve("postgres"), Map.of("fsync", "off", "track_commit_timestamp", "on"));
    try (var connection = DriverManager.getConnection(url(), user(), "")) {
      SampleTrips.fill(connection, rows);
    }
    this.kafka = servers.startKafka(folder.resolve("kafka"));
    this.connect = EmbeddedConnect.start(kafka.address(), PLUGINS, Map.of());
  }

  String url() {
    return postgres.address();
  }

  String user() {
    return postgres.user();
  }

  String bootstrapServers() {
    return kafka.address();
  }

  String connectUrl() {
    return connect.url();
  }

  /** A pipeline of the sample table over this cluster, with more options of its source. */
  Path pipeline(String name, String source) throws IOException {
    return pipeline(name, "table: public.trips\n  " + source, "  - type: parquet");
  }

  /** A pipeline over this cluster. */
  Path pipeline(String name, String source, String sinks) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        name: %s
        source:
          type: postgres
          url: %s
          user: %s
          %s
        sinks:
        %s
        kafka:
          bootstrap.servers: %s
        connect:
          url: %s
        """
            .formatted(
                name,
                postgres.address(),
                postgres.user(),
                source,
                sinks,
                kafka.address(),
                connect.url()));
    return file;
  }

  @Override
  public void close() {
    connect.close();
    kafka.close();
    postgres.close();
  }
}
