package io.millrace.runtime;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.kafka.KafkaContainer;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** The servers of {@code docker-compose.yml}, each in a container; their data goes with them. */
public final class ContainerServers implements TestServers {
  private static final DockerImageName POSTGRES = DockerImageName.parse("postgres:17.11");
  private static final DockerImageName KAFKA = DockerImageName.parse("apache/kafka:4.3.1");
  private static final String USER = "postgres";

  /** Skips the test where there is no engine to start containers. */
  private static void requireDocker() {
    Assumptions.assumeTrue(
        DockerClientFactory.instance().isDockerAvailable(), "Docker is not running here");
  }

  @Override
  public Server startPostgres(Path folder, Map<String, String> settings) {
    requireDocker();
    var command = new ArrayList<>(List.of("postgres"));
    settings.forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    var postgres =
        new PostgreSQLContainer(POSTGRES)
            .withUsername(USER)
            .withDatabaseName(USER)
            .withEnv("POSTGRES_HOST_AUTH_METHOD", "trust")
            .withCommand(command.toArray(String[]::new));
    postgres.start();
    return new Server(postgres.getJdbcUrl(), USER, postgres);
  }

  @Override
  public Server startKafka(Path folder) {
    requireDocker();
    var kafka = new KafkaContainer(KAFKA);
    kafka.start();
    return new Server(kafka.getBootstrapServers(), "", kafka);
  }
}
