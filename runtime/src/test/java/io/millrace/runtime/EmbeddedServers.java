package io.millrace.runtime;

import io.millrace.embedded.EmbeddedKafka;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.util.Map;

/** The servers that users get when their pipelines name none. */
final class EmbeddedServers implements TestServers {
  @Override
  public Server startPostgres(Path folder, Map<String, String> settings) {
    EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, settings);
    return new Server(postgres.jdbcUrl(), postgres.user(), postgres);
  }

  @Override
  public Server startKafka(Path folder) {
    EmbeddedKafka kafka = EmbeddedKafka.start(folder);
    return new Server(kafka.bootstrapServers(), "", kafka);
  }
}
