package io.millrace.connect.clickhouse;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import io.millrace.core.server.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * Debian's clickhouse-server (18.16): a real HTTP server, with LZ4 and users. {@code ingest} and
 * {@code reader} have the password {@code secret}; reader may not change settings.
 */
public final class DebianServer extends TestServer {
  private static final Path PROGRAM = Path.of("/usr/sbin/clickhouse-server");

  private static final String CONFIG =
      """
      <yandex>
        <logger><level>warning</level><log>server.log</log><errorlog>error.log</errorlog></logger>
        <http_port>%d</http_port>
        <listen_host>127.0.0.1</listen_host>
        <path>data/</path>
        <tmp_path>tmp/</tmp_path>
        <mark_cache_size>67108864</mark_cache_size>
        <users_config>users.xml</users_config>
        <default_profile>default</default_profile>
        <default_database>default</default_database>
        <timezone>UTC</timezone>
      </yandex>
      """;

  private static final String USER =
      """
          <%s>
            <password>%s</password>
            <networks><ip>127.0.0.1</ip></networks>
            <profile>%s</profile>
            <quota>default</quota>
          </%1$s>
      """;

  private static final String USERS =
      """
      <yandex>
        <profiles><default/><readonly><readonly>1</readonly></readonly></profiles>
        <users>
      %s%s%s
        </users>
        <quotas><default/></quotas>
      </yandex>
      """;

  private DebianServer(Process process, int port, Path folder) {
    super(process, port, folder);
  }

  /** Why it cannot be started here, if it cannot. */
  public static Optional<String> missing() {
    return Files.isExecutable(PROGRAM)
        ? Optional.empty()
        : Optional.of(PROGRAM + " is not there (Debian: apt-get install clickhouse-server)");
  }

  /** Starts one with a folder of its own. */
  public static DebianServer start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("millrace-clickhouse-");
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    Files.writeString(folder.resolve("config.xml"), CONFIG.formatted(port));
    Files.writeString(
        folder.resolve("users.xml"),
        USERS.formatted(
            USER.formatted("default", "", "default"),
            USER.formatted("ingest", "secret", "default"),
            USER.formatted("reader", "secret", "readonly")));
    Path output = folder.resolve("output.txt");
    Process process =
        new ProcessBuilder(PROGRAM.toString(), "--config-file=config.xml")
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    var server = new DebianServer(process, port, folder);
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> server.answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException("clickhouse-server does not start: " + Files.readString(output));
    }
    return server;
  }

  private boolean answers() {
    try {
      return ask("SELECT 1").equals("1\n");
    } catch (UncheckedIOException e) {
      return false;
    }
  }
}
