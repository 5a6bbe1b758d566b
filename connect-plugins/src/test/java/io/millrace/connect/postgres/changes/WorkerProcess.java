package io.millrace.connect.postgres.changes;

import io.millrace.embedded.EmbeddedConnect;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A Connect worker with the packaged plugin in a JVM of its own, which has a heap of its own. */
final class WorkerProcess implements AutoCloseable {
  private static final Pattern READY = Pattern.compile("(?m)^url=(\\S+)$");

  private final Process process;
  private final Path log;

  private WorkerProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param heap the most that its heap may take, as {@code -Xmx} has it
   */
  static WorkerProcess start(Path log, String bootstrapServers, String heap) throws IOException {
    var command =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx" + heap,
            "-cp",
            System.getProperty("java.class.path"),
            EmbeddedConnect.class.getName(),
            bootstrapServers,
            Path.of("target", "plugin").toAbsolutePath().toString(),
            "0");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    return new WorkerProcess(process, log);
  }

  /** Its REST API, as soon as it takes requests. */
  Optional<String> url() {
    Matcher ready = READY.matcher(log());
    return ready.find() ? Optional.of(ready.group(1)) : Optional.empty();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  String log() {
    return read(log);
  }

  /** The highest resident memory so far, in bytes. */
  long peakBytes() {
    return read(Path.of("/proc/%d/status".formatted(process.pid())))
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
        .findFirst()
        .orElseThrow(() -> new AssertionError("no VmHWM of process " + process.pid()));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    try {
      process.destroyForcibly().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
