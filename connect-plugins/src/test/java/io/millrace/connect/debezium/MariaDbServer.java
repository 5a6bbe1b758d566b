package io.millrace.connect.debezium;

import static io.millrace.core.Patience.PATIENCE;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Debian's mariadb-server with a folder and a port of its own, and a binary log. {@code ingest} may
 * do everything and has the password {@code pass-mariadb-word}.
 */
public final class MariaDbServer implements AutoCloseable {
  /** Of the user {@code ingest}. */
  public static final String PASSWORD = "pass-mariadb-word";

  private static final Path SERVER = Path.of("/usr/sbin/mariadbd");
  private static final Path INSTALL = Path.of("/usr/bin/mariadb-install-db");

  private final Path folder;
  private final int port;
  private Process process;

  private MariaDbServer(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  /** Why it cannot be started here, if it cannot. */
  public static Optional<String> missing() {
    return Files.isExecutable(SERVER) && Files.isExecutable(INSTALL)
        ? Optional.empty()
        : Optional.of(SERVER + " is not there (Debian: apt-get install mariadb-server)");
  }

  /** Starts one with a new folder. */
  public static MariaDbServer start() throws IOException, InterruptedException, SQLException {
    Path folder = Files.createTempDirectory("millrace-mariadb-");
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var server = new MariaDbServer(folder, port);
    server.install();
    server.run();
    try (Connection sql = server.connect("root", "");
        Statement statement = sql.createStatement()) {
      statement.execute("CREATE USER ingest@'%' IDENTIFIED BY '" + PASSWORD + "'");
      statement.execute("GRANT ALL ON *.* TO ingest@'%'");
    }
    return server;
  }

  /** The server refuses to run as root. */
  private static List<String> user() {
    return System.getProperty("user.name").equals("root") ? List.of("--user=nobody") : List.of();
  }

  private void install() throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(INSTALL.toString(), "--no-defaults"));
    command.addAll(user());
    command.addAll(
        List.of(
            "--datadir=" + folder.resolve("data"),
            "--auth-root-authentication-method=normal",
            "--skip-test-db"));
    Process install = launch(command, "install.txt");
    if (!install.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS) || install.exitValue() != 0) {
      install.destroyForcibly();
      throw new IOException(
          "mariadb-install-db fails: " + Files.readString(folder.resolve("install.txt")));
    }
  }

  private Process launch(List<String> command, String output) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(folder.resolve(output).toFile()))
        .start();
  }

  private void run() throws IOException {
    Path data = folder.resolve("data");
    var command = new ArrayList<>(List.of(SERVER.toString(), "--no-defaults"));
    command.addAll(user());
    command.addAll(
        List.of(
            "--datadir=" + data,
            "--socket=" + data.resolve("socket"),
            "--pid-file=" + data.resolve("pid"),
            "--port=" + port,
            "--bind-address=127.0.0.1",
            "--server-id=1",
            "--log-bin=binlog",
            "--binlog-format=ROW",
            "--binlog-row-image=FULL",
            "--default-time-zone=+00:00",
            "--character-set-server=utf8mb4",
            "--innodb-buffer-pool-size=32M",
            "--innodb-flush-log-at-trx-commit=0",
            "--skip-name-resolve"));
    process = launch(command, "server.txt");
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    await()
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(() -> answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IOException(
          "mariadbd does not start: " + Files.readString(folder.resolve("server.txt")));
    }
  }

  private boolean answers() {
    try (Connection sql = connect("root", "")) {
      return sql.isValid(1);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Where it listens, on 127.0.0.1. */
  public int port() {
    return port;
  }

  /** A session of {@code ingest}. */
  public Connection connect() throws SQLException {
    return connect("ingest", PASSWORD);
  }

  private Connection connect(String user, String password) throws SQLException {
    return DriverManager.getConnection(
        "jdbc:mariadb://127.0.0.1:%d/?allowMultiQueries=true&timezone=UTC".formatted(port),
        user,
        password);
  }

  /** Ends it at once, as if the machine had failed, and starts it again. */
  public void restart() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    run();
  }

  @Override
  public void close() throws IOException, InterruptedException {
    process.destroyForcibly().waitFor();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
