package io.millrace.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The server processes of one Postgres data folder. They outlive a JVM that was killed, and would
 * keep the folder from the next server.
 */
final class Postmaster {
  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration POLL = Duration.ofMillis(20);
  private static final Path PROC = Path.of("/proc");

  private final Path cluster;
  private final Path pidFile;

  Postmaster(Path cluster) {
    this.cluster = cluster;
    this.pidFile = cluster.resolve("postmaster.pid");
  }

  /**
   * Ends every process of the folder: in order if it obeys, else by force. Does nothing when none
   * runs.
   */
  void stop() throws IOException {
    Optional<ProcessHandle> leader = leader();
    if (leader.isPresent()) {
      // "Fast" disconnects the clients and writes a checkpoint, "immediate" leaves recovery to the
      // next start.
      boolean obeyed = signal(leader.get(), "INT") || signal(leader.get(), "QUIT");
      if (!obeyed) {
        leader.get().destroyForcibly();
      }
    }
    // Without /proc, Postgres itself must find out whether somebody is left, and refuse to start.
    if (Files.isDirectory(PROC)) {
      for (ProcessHandle process : processes()) {
        process.destroyForcibly();
        hasEnded(process);
      }
      // In a container without an init its number may be a zombie's, which Postgres would take for
      // alive.
      Files.deleteIfExists(pidFile);
    }
  }

  /**
   * The process postmaster.pid names, unless the file is stale and the number someone else's by
   * now.
   */
  private Optional<ProcessHandle> leader() throws IOException {
    if (Files.notExists(pidFile)) {
      return Optional.empty();
    }
    return Files.readAllLines(pidFile).stream()
        .findFirst()
        .filter(pid -> pid.matches("[0-9]+"))
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid)))
        .filter(process -> commandLine(process).contains(cluster.toString()));
  }

  /**
   * All that work in the folder: backends and workers do so even after their postmaster was killed.
   */
  private List<ProcessHandle> processes() {
    return ProcessHandle.allProcesses().filter(this::worksInCluster).toList();
  }

  private boolean worksInCluster(ProcessHandle process) {
    boolean postgres =
        process.info().command().filter(program -> program.contains("/bin/postgres")).isPresent();
    try {
      Path folder = PROC.resolve(Long.toString(process.pid())).resolve("cwd");
      return postgres && Files.readSymbolicLink(folder).equals(cluster);
    } catch (IOException e) {
      return false; // ended meanwhile, or another user's
    }
  }

  private static boolean signal(ProcessHandle process, String name) throws IOException {
    // ProcessHandle.destroy sends TERM, which makes Postgres wait for its clients; kill as a
    // program is not everywhere.
    new ProcessBuilder("sh", "-c", "kill -" + name + " " + process.pid()).start();
    return hasEnded(process);
  }

  private static boolean hasEnded(ProcessHandle process) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    // A zombie counts as alive, but has no command line.
    while (process.isAlive() && !commandLine(process).isEmpty()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      LockSupport.parkNanos(POLL.toNanos());
    }
    return true;
  }

  private static String commandLine(ProcessHandle process) {
    return process.info().commandLine().orElse("");
  }
}
