package io.millrace.core.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** A server of ClickHouse that is asked over HTTP, without any client of ours. */
public abstract class TestServer implements AutoCloseable {
  private final HttpClient client = HttpClient.newHttpClient();
  private final Process process;
  private final int port;
  private final Path folder;

  /**
   * A server that runs.
   *
   * @param folder goes with it
   */
  protected TestServer(Process process, int port, Path folder) {
    this.process = process;
    this.port = port;
    this.folder = folder;
  }

  /** Where it listens. */
  public final String url() {
    return "http://127.0.0.1:" + port;
  }

  final int port() {
    return port;
  }

  final Path folder() {
    return folder;
  }

  /** Does something. */
  public final void execute(String sql) {
    var unused = ask(sql);
  }

  /** The answer as the server writes it; TabSeparated unless the query says otherwise. */
  public final String ask(String sql) {
    return send(
        HttpRequest.newBuilder(URI.create(url() + "/"))
            .POST(HttpRequest.BodyPublishers.ofString(sql)),
        sql);
  }

  /** Asks for a page of the server. */
  protected final String get(String path) {
    return send(HttpRequest.newBuilder(URI.create(url() + path)), path);
  }

  private String send(HttpRequest.Builder request, String what) {
    try {
      var response = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new IOException(what + ": " + response.body());
      }
      return response.body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The rows of an answer, each a line. */
  public final List<String> lines(String sql) {
    return ask(sql).lines().toList();
  }

  /** Ends it as a crash would. */
  public final void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    kill();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
