package io.millrace.core.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The engine of a current ClickHouse, from npm's package chdb, behind {@code chdb-server.js}: no
 * compression, one password per user, and answers that fail where they are told to.
 */
public final class ChdbServer extends TestServer {
  /** The version that the suites were written with. */
  private static final String VERSION = "3.4.0";

  private static final String SCRIPT = "/clickhouse/chdb-server.js";

  private ChdbServer(Process process, int port, Path folder) {
    super(process, port, folder);
  }

  /** Why it cannot be started here, if it cannot. */
  public static Optional<String> missing() {
    if (program("node").isEmpty()) {
      return Optional.of("Node is not installed (Debian: apt-get install nodejs npm)");
    }
    return Files.exists(modules().resolve("node_modules/chdb/package.json"))
        ? Optional.empty()
        : Optional.of(
            "npm's package chdb is not installed (npm install --prefix %s chdb@%s)"
                .formatted(modules(), VERSION));
  }

  /** Where the package lies: outside of the checkout, since it is half a gigabyte. */
  private static Path modules() {
    String given = System.getenv("MILLRACE_CHDB");
    return given == null
        ? Path.of(System.getProperty("user.home"), ".cache", "millrace", "chdb-" + VERSION)
        : Path.of(given);
  }

  private static Optional<Path> program(String name) {
    return Stream.of(System.getenv("PATH").split(":", -1))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts one with a folder of its own. */
  public static ChdbServer start() throws IOException {
    Path folder = Files.createTempDirectory("millrace-chdb-");
    Path script = folder.resolve("server.js");
    try (InputStream resource = ChdbServer.class.getResourceAsStream(SCRIPT)) {
      Files.copy(resource, script, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.createDirectory(folder.resolve("data"));
    return start(folder, 0);
  }

  private static ChdbServer start(Path folder, int wanted) throws IOException {
    Path errors = folder.resolve("errors.txt");
    Process process =
        new ProcessBuilder(
                "node",
                folder.resolve("server.js").toString(),
                modules().toString(),
                folder.resolve("data").toString(),
                Integer.toString(wanted))
            .redirectError(errors.toFile())
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    String port = output.readLine();
    if (port == null) {
      throw new IOException("chdb-server.js ends at once: " + Files.readString(errors));
    }
    return new ChdbServer(process, Integer.parseInt(port), folder);
  }

  /** Starts one that was killed again, at the same place with the same tables. */
  public ChdbServer again() throws IOException {
    return start(folder(), port());
  }

  /** How an answer fails. */
  public enum Fault {
    /** The connection ends. */
    CUT,
    /** An exception's text comes, and the connection ends. */
    THROW,
    /** An exception's text comes, and the answer ends like a whole one. */
    THROW_WHOLE,
    /** The answer ends like a whole one. */
    STOP
  }

  /** The next answers in Native or ArrowStream fail after so many bytes. */
  public void fail(Fault fault, long at, int times) {
    String how = fault.name().toLowerCase(Locale.ROOT).replace('_', '-');
    var unused = get("/fault?how=%s&at=%d&times=%d".formatted(how, at, times));
  }

  /** How a statement ends. */
  public enum StatementFault {
    /** With an error that passes; it is not done. */
    REFUSED,
    /** The connection ends; it is not done. */
    CUT,
    /** It is done, and nobody is told. */
    LOST,
    /** Nobody is told, and it is done half a second later. */
    LATE,
    /** It is done, and answered, when it is released. */
    HELD
  }

  /**
   * Some statements end in another way.
   *
   * @param like a regular expression that finds them
   * @param skip so many of them are left alone first
   */
  public void fail(StatementFault fault, String like, int skip, int times) {
    var unused =
        get(
            "/statement-fault?how=%s&like=%s&skip=%d&times=%d"
                .formatted(
                    fault.name().toLowerCase(Locale.ROOT),
                    URLEncoder.encode(like, StandardCharsets.UTF_8),
                    skip,
                    times));
  }

  /** All statements end as they should from now on. */
  public void heal() {
    fail(StatementFault.REFUSED, "^", 0, 0);
  }

  /** How many statements are still to end in another way. */
  public int faultsLeft() {
    return Integer.parseInt(get("/statement-faults-left"));
  }

  /** The statement that is held goes on. */
  public void release() {
    var unused = get("/release");
  }

  /** How many statements are late or held. */
  public int lateStatements() {
    return Integer.parseInt(get("/late-statements"));
  }
}
