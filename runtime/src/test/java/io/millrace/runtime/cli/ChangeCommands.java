package io.millrace.runtime.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.millrace.runtime.cli.Commands.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.FutureTask;

/** Commands about changes in a folder, and sinks that load them. */
final class ChangeCommands {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final String bootstrapServers;

  ChangeCommands(Path folder, String bootstrapServers) {
    this.folder = folder;
    this.bootstrapServers = bootstrapServers;
  }

  Ended millrace(String... args) {
    return new Commands(folder).run(args);
  }

  /** A pipeline's file: the changes of a table into the lake at the path, with these cuts. */
  String pipeline(String name, String path, String cut) throws IOException {
    return Files.writeString(
            folder.resolve(path + ".yaml"),
            """
            name: %s
            source: {type: postgres, mode: changes, table: public.a}
            sinks:
              - {type: parquet, name: lake, path: '%s/{stream}/{run}/', cut: %s}
            kafka: {bootstrap.servers: '%s'}
            """
                .formatted(name, path, cut, bootstrapServers))
        .toString();
  }

  /** The sink, at work until it is closed. */
  final class Sink implements AutoCloseable {
    private final FutureTask<Ended> ended;
    private final Thread thread;

    Sink(String file) {
      ended = new FutureTask<>(() -> millrace("sink", file, "--memory", "512m"));
      thread = new Thread(ended);
      thread.start();
    }

    @Override
    public void close() throws Exception {
      thread.interrupt();
      assertThat(ended.get().code()).isEqualTo(130);
    }
  }

  /** The numbers of a bucket's changes as the lake's files have them, e.g. {@code 1..5 10..12}. */
  String loaded(String file, int bucket) throws IOException, SQLException {
    JsonNode cuts = JSON.readTree(millrace("files", file, "--changes", "--json").out());
    var text = new StringBuilder();
    try (var duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      for (JsonNode cut : cuts) {
        if (cut.get("bucket").asInt() == bucket) {
          for (JsonNode path : cut.get("files")) {
            text.append(range(statement, path.asText()));
          }
        }
      }
    }
    return text.toString().strip();
  }

  private static String range(Statement statement, String file) throws SQLException {
    String query =
        "SELECT min(id) || '..' || max(id) || ' ' FROM read_parquet('%s')".formatted(file)
            + " HAVING count(*) = max(id) - min(id) + 1 AND count(DISTINCT id) = count(*)";
    try (ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }
}
