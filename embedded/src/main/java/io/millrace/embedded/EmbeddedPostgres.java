package io.millrace.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Postgres on 127.0.0.1, from binaries that need no installation, ready for logical replication.
 * Its processes are children of this JVM that survive it; the next start on the same folder ends
 * what an earlier one has left, and keeps the data.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final String USER = "postgres";

  private final FolderLock lock;
  private final io.zonky.test.db.postgres.embedded.EmbeddedPostgres server;
  private final Postmaster postmaster;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedPostgres(
      FolderLock lock,
      io.zonky.test.db.postgres.embedded.EmbeddedPostgres server,
      Postmaster postmaster) {
    this.lock = lock;
    this.server = server;
    this.postmaster = postmaster;
  }

  /** Starts with the settings of {@link #start(Path, Map)}. */
  public static EmbeddedPostgres start(Path dataFolder) {
    return start(dataFolder, Map.of());
  }

  /**
   * Starts on the port of the start before, or another if that is not free, and waits until
   * connections are accepted.
   *
   * @param dataFolder created if absent; used by one process at a time
   * @param settings server settings by Postgres's names, e.g. {@code fsync=off} in tests; values
   *     are single words
   * @throws EmbeddedException when the folder is in use or Postgres does not start
   */
  public static EmbeddedPostgres start(Path dataFolder, Map<String, String> settings) {
    try {
      FolderLock lock = FolderLock.take(dataFolder);
      try {
        return start(lock, settings);
      } catch (IOException | RuntimeException e) {
        lock.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedException("Cannot use " + dataFolder + " for Postgres: " + e, e);
    }
  }

  private static EmbeddedPostgres start(FolderLock lock, Map<String, String> settings)
      throws IOException {
    Path cluster = lock.folder().resolve("cluster");
    Path initialised = lock.folder().resolve("initialised");
    Path serverLog = lock.folder().resolve("postgres.log");
    var postmaster = new Postmaster(cluster);
    postmaster.stop();
    // A process killed within initdb leaves a folder that looks whole and never starts.
    if (Files.exists(cluster) && Files.notExists(initialised)) {
      Folders.delete(cluster);
    }
    Files.deleteIfExists(serverLog);
    int port = FreePort.of(lock);
    try {
      var server = PostgresBinaries.use(cache -> launch(cluster, port, cache, serverLog, settings));
      if (Files.notExists(initialised)) {
        Files.createFile(initialised);
      }
      return new EmbeddedPostgres(lock, server, postmaster);
    } catch (RuntimeException | IOException e) {
      postmaster.stop();
      throw new EmbeddedException(
          "Cannot start Postgres in %s: %s; %s ends with:%n%s"
              .formatted(cluster, e.getMessage(), serverLog, lastLines(serverLog)),
          e);
    }
  }

  private static String lastLines(Path serverLog) throws IOException {
    if (Files.notExists(serverLog)) {
      return "";
    }
    List<String> lines = Files.readAllLines(serverLog);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 5), lines.size()));
  }

  private static io.zonky.test.db.postgres.embedded.EmbeddedPostgres launch(
      Path cluster, int port, Path cache, Path serverLog, Map<String, String> settings)
      throws IOException {
    var builder =
        io.zonky.test.db.postgres.embedded.EmbeddedPostgres.builder()
            .setDataDirectory(cluster)
            .setCleanDataDirectory(false)
            .setRegisterShutdownHook(false)
            .setOverrideWorkingDirectory(cache.toFile())
            .setOutputRedirector(Redirect.appendTo(serverLog.toFile()))
            .setErrorRedirector(Redirect.appendTo(serverLog.toFile()))
            .setPGStartupWait(START_LIMIT)
            .setPort(port)
            // The same order and number formats on every machine, whatever its locale.
            .setLocaleConfig("locale", "C")
            .setServerConfig("wal_level", "logical")
            // zonky turns both off, for throw-away databases.
            .setServerConfig("fsync", "on")
            .setServerConfig("synchronous_commit", "on")
            .setServerConfig("unix_socket_directories", "");
    settings.forEach(builder::setServerConfig);
    return builder.start();
  }

  /** The address of the database {@code postgres}, for {@link #user()} and without a password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
  }

  /** A superuser, trusted on 127.0.0.1. */
  public String user() {
    return USER;
  }

  /** Disconnects the clients and stops in order, by force where that takes more than 5 seconds. */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    try (lock) {
      server.close();
      postmaster.stop();
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot stop Postgres of " + lock.folder(), e);
    }
  }
}
