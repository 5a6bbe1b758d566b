package io.millrace.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.millrace.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be known of docker-compose.yml without a container engine. */
class ComposeIT {
  private static final Path REPOSITORY = Path.of("..").toAbsolutePath().normalize();
  private static final Path COMPOSE = REPOSITORY.resolve("docker-compose.yml");
  private static final String ONE_SHOT = "deploy";

  @Test
  void theCommandTakesItAndEachServiceIsPinnedAndWatched() throws Exception {
    assumeTrue(isInstalled(), "no docker-compose here: apt-get install docker-compose");

    JsonNode services = services();

    assertThat(services.fieldNames())
        .toIterable()
        .containsExactlyInAnyOrder("kafka", "connect", "postgres", "deploy", "sink");
    services
        .properties()
        .forEach(
            service -> {
              JsonNode image = service.getValue().get("image");
              assertThat(image.asText()).as(service.getKey()).matches("[a-z/-]+:[0-9]+[.][^:]+");
              assertThat(service.getValue().has("healthcheck"))
                  .as("health check of " + service.getKey())
                  .isEqualTo(!service.getKey().equals(ONE_SHOT));
            });
    assertThat(services.at("/kafka/image").asText())
        .isEqualTo("apache/kafka:" + AppInfoParser.getVersion())
        .isEqualTo(services.at("/connect/image").asText());
    assertThat(services.at("/deploy/depends_on/connect/condition").asText())
        .isEqualTo("service_healthy");
    assertThat(services.at("/sink/depends_on/deploy/condition").asText())
        .isEqualTo("service_completed_successfully");
    assertThat(services.at("/sink/environment").isMissingNode())
        .as("the sink knows no secret")
        .isTrue();
  }

  @Test
  void withoutAPasswordItSaysWhichVariableIsMissing() throws Exception {
    assumeTrue(isInstalled(), "no docker-compose here: apt-get install docker-compose");

    Said said = config(Map.of());

    assertThat(said.code).isNotZero();
    assertThat(said.text).contains("PGPASSWORD", "export it first");
  }

  @Test
  void whatItMountsIsThere() throws IOException {
    var mounted = new ArrayList<Path>();
    for (JsonNode service : yaml(COMPOSE).get("services")) {
      for (JsonNode volume : service.path("volumes")) {
        String from = volume.asText().split(":", 2)[0];
        if (from.startsWith("./configs")) {
          mounted.add(REPOSITORY.resolve(from).normalize());
        }
      }
    }

    assertThat(mounted).hasSize(4).allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void thePipelinesHostsAreItsServices() throws IOException {
    JsonNode pipeline = yaml(REPOSITORY.resolve("configs/compose.yaml"));
    String jdbc = pipeline.at("/source/url").asText().substring("jdbc:".length());

    assertThat(yaml(COMPOSE).get("services").fieldNames())
        .toIterable()
        .contains(
            URI.create(jdbc).getHost(),
            URI.create(pipeline.at("/connect/url").asText()).getHost(),
            pipeline.at("/kafka").get("bootstrap.servers").asText().split(":", 2)[0]);
  }

  @Test
  void theWorkerLooksWhereThePluginsAreAndResolvesSecrets() throws IOException {
    var worker = new Properties();
    try (var reader =
        Files.newBufferedReader(REPOSITORY.resolve("configs/compose/worker.properties"))) {
      worker.load(reader);
    }

    assertThat(Files.readString(COMPOSE))
        .contains("./connect-plugins/target/plugin:" + worker.getProperty("plugin.path") + ":ro");
    assertThat(worker)
        .containsEntry("config.providers", "env,directory")
        .containsEntry("bootstrap.servers", "kafka:9092");
  }

  @Test
  void theSampleTableIsOneThatCanBeMade(@TempDir Path folder) throws Exception {
    String script = Files.readString(REPOSITORY.resolve("configs/compose/postgres/1-trips.sql"));
    try (var postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
        var connection = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "");
        var statement = connection.createStatement()) {
      statement.execute(script);
      try (var result = statement.executeQuery("select count(*), min(fare) from public.trips")) {
        assertThat(result.next()).isTrue();
        assertThat(result.getLong(1)).isEqualTo(100_000);
        assertThat(result.getString(2)).isEqualTo("3.00");
      }
    }
  }

  private record Said(int code, String text) {}

  private static JsonNode services() throws Exception {
    Said said = config(Map.of("PGPASSWORD", "word"));
    assertThat(said.code).as(said.text).isZero();
    return new YAMLMapper().readTree(said.text).get("services");
  }

  private static Said config(Map<String, String> environment) throws Exception {
    var command =
        new ProcessBuilder("docker-compose", "-f", COMPOSE.toString(), "config")
            .redirectErrorStream(true);
    command.environment().remove("PGPASSWORD");
    command.environment().putAll(environment);
    Process process = command.start();
    String text = new String(process.getInputStream().readAllBytes(), UTF_8);
    return new Said(process.waitFor(), text);
  }

  private static boolean isInstalled() {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, "docker-compose")));
  }

  private static JsonNode yaml(Path file) throws IOException {
    return new YAMLMapper().readTree(Files.readString(file));
  }
}
