package io.millrace.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The launcher as a user starts it: a process of its own in a folder of its own, its output kept in
 * files.
 */
final class MillraceProcess implements AutoCloseable {
  /** The distribution that {@code mvn package} made: what users unpack. */
  static final Path HOME = Path.of("target", "millrace").toAbsolutePath();

  private final Process process;
  private final Path out;
  private final Path err;

  private MillraceProcess(Process process, Path out, Path err) {
    this.process = process;
    this.out = out;
    this.err = err;
  }

  static MillraceProcess start(Path folder, String... arguments) {
    return start(folder, Map.of(), List.of(), arguments);
  }

  /**
   * Starts it with more environment, behind a command that starts it in turn (such as {@code
   * setpriv}).
   */
  static MillraceProcess start(
      Path folder, Map<String, String> environment, List<String> behind, String... arguments) {
    return startFrom(HOME, folder, environment, behind, arguments);
  }

  /** The same, of a distribution that lies elsewhere. */
  static MillraceProcess startFrom(
      Path home,
      Path folder,
      Map<String, String> environment,
      List<String> behind,
      String... arguments) {
    try {
      Path out = Files.createTempFile(folder, "millrace", ".out");
      Path err = Files.createTempFile(folder, "millrace", ".err");
      var command = new ArrayList<>(behind);
      command.add(home.resolve("bin/millrace").toString());
      command.addAll(List.of(arguments));
      var builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectOutput(out.toFile())
              .redirectError(err.toFile());
      builder.environment().putAll(environment);
      return new MillraceProcess(builder.start(), out, err);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for its end and gives its exit code; kills it and fails where the limit passes first. */
  int await(Duration limit) {
    try {
      if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        kill();
        throw new AssertionError(
            "millrace did not end within %s\n%s\n%s".formatted(limit, out(), err()));
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  boolean running() {
    return process.isAlive();
  }

  String out() {
    return read(out);
  }

  String err() {
    return read(err);
  }

  /** The highest resident memory so far, in bytes; the launcher has become the JVM. */
  long peakBytes() {
    for (String line : read(Path.of("/proc/%d/status".formatted(process.pid()))).split("\n", -1)) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    throw new AssertionError("no VmHWM of process " + process.pid());
  }

  /** What Ctrl-C does. */
  void interrupt() {
    signal("INT");
  }

  void terminate() {
    process.destroy();
  }

  void kill() {
    process.destroyForcibly();
  }

  /** Sends it {@code STOP}, {@code CONT} and so on. */
  void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Kills it where it still runs; returns when it is dead. */
  @Override
  public void close() {
    kill();
    process.onExit().join();
  }
}
