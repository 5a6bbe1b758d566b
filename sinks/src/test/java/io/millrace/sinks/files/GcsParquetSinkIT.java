package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkContract;
import io.millrace.sinks.store.gcs.GcsTestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A lake in a bucket of Google's, as far as its client tells it from the fake. */
class GcsParquetSinkIT extends SinkContract {
  private static GcsTestServer server;

  @TempDir Path downloads;

  @BeforeAll
  static void start() {
    server = GcsTestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Sink open(SinkContext context) {
    String path = server.path(folder(context)) + "{stream}/{run}/";
    return new ParquetSinkType()
        .open(context, ParquetSinkTest.options(Map.of("path", path, "gcs", server.options())));
  }

  private static String folder(SinkContext context) {
    return context.folder().getFileName().toString();
  }

  @Override
  protected List<String> read(List<String> files) {
    assertThat(files).allMatch(file -> file.startsWith("gs://lake/"));
    return ParquetSinkTest.rows(
        files.stream().map(file -> server.download(file, downloads).toString()).toList());
  }

  @Override
  protected List<String> stored(SinkContext context) {
    return server.names().stream()
        .filter(name -> name.startsWith(folder(context) + "/"))
        .filter(name -> name.endsWith(".parquet") || name.contains("/staging/"))
        .toList();
  }
}
