package io.millrace.runtime;

import io.millrace.embedded.EmbeddedConnect;
import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import io.millrace.embedded.SampleTrips;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;

/**
 * Postgres with the sample table, Kafka and a Connect worker in this JVM, and pipelines that use
 * them.
 */
final class Cluster implements AutoCloseable {
  private static final Path PLUGINS =
      Path.of("..", "connect-plugins", "target", "plugin").toAbsolutePath();

  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;
  private final EmbeddedConnect connect;

  Cluster(Path folder, long rows) throws SQLException {
    this.folder = folder;
    this.postgres = EmbeddedPostgres.start(folder.resolve("postgres"), Map.of("fsync", "off"));
    try (var connection = DriverManager.getConnection(url(), user(), "")) {
      SampleTrips.fill(connection, rows);
    }
    this.kafka = EmbeddedKafka.start(folder.resolve("kafka"));
    this.connect = EmbeddedConnect.start(kafka.bootstrapServers(), PLUGINS, Map.of());
  }

  String url() {
    return postgres.jdbcUrl();
  }

  String user() {
    return postgres.user();
  }

  String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  /** A pipeline of the sample table over this cluster, with more options of its source. */
  Path pipeline(String name, String source) throws IOException {
    Path file = folder.resolve(name + ".yaml");
    Files.writeString(
        file,
        """
        name: %s
        source:
          type: postgres
          url: %s
          user: %s
          table: public.trips
          %s
        sinks:
          - type: parquet
        kafka:
          bootstrap.servers: %s
        connect:
          url: %s
        """
            .formatted(
                name,
                postgres.jdbcUrl(),
                postgres.user(),
                source,
                kafka.bootstrapServers(),
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
