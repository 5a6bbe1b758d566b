package io.millrace.connect.postgres.copy;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A throw-away cluster of Debian's Postgres 15, which runs as the user postgres and not as root.
 */
final class DebianPostgres implements AutoCloseable {
  private static final Path PROGRAMS = Path.of("/usr/lib/postgresql/15/bin");
  private static final Path EXTENSIONS = Path.of("/usr/share/postgresql/15/extension");
  private static final String USER = "postgres";

  private final Path folder;
  private final int port;

  private DebianPostgres(Path folder, int port) {
    this.folder = folder;
    this.port = port;
  }

  static boolean has(String extension) {
    return Files.exists(PROGRAMS.resolve("initdb"))
        && Files.exists(EXTENSIONS.resolve(extension + ".control"));
  }

  static DebianPostgres start() throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("millrace-postgres-15-");
    if (isRoot()) {
      run(List.of("chown", USER, folder.toString()));
    }
    int port;
    try (var socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    var postgres = new DebianPostgres(folder, port);
    postgres.program("initdb", "-A", "trust", "-U", USER, "-E", "UTF8", "--locale=C", "-N");
    postgres.program(
        "pg_ctl",
        "-w",
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-p %d -c fsync=off -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
            .formatted(port),
        "start");
    return postgres;
  }

  private static boolean isRoot() {
    return System.getProperty("user.name").equals("root");
  }

  private void program(String name, String... arguments) throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    if (isRoot()) {
      command.addAll(List.of("setpriv", "--reuid=" + USER, "--regid=" + USER, "--clear-groups"));
    }
    command.addAll(
        List.of(PROGRAMS.resolve(name).toString(), "-D", folder.resolve("data").toString()));
    command.addAll(List.of(arguments));
    run(command);
  }

  private static void run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile("millrace-postgres-15-", ".txt");
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException(command + " failed: " + Files.readString(output));
    }
    Files.delete(output);
  }

  String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:%d/postgres".formatted(port);
  }

  String user() {
    return USER;
  }

  @Override
  public void close() throws IOException, InterruptedException {
    program("pg_ctl", "-m", "immediate", "stop");
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
