package io.millrace.sinks.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.stage.Sink;
import io.millrace.core.stage.SinkContext;
import io.millrace.core.stage.SinkContract;
import io.millrace.sinks.store.s3.S3TestServer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** A lake in a bucket: the ledger and its files, by the store's own answers. */
class S3ParquetSinkIT extends SinkContract {
  private static S3TestServer server;

  @TempDir Path downloads;

  @BeforeAll
  static void start() {
    server = S3TestServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  protected Sink open(SinkContext context) {
    String path = server.path(folder(context)) + "{stream}/{run}/";
    return new ParquetSinkType()
        .open(context, ParquetSinkTest.options(Map.of("path", path, "s3", server.options())));
  }

  private static String folder(SinkContext context) {
    return context.folder().getFileName().toString();
  }

  @Override
  protected List<String> read(List<String> files) {
    assertThat(files).allMatch(file -> file.startsWith("s3://lake/"));
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
