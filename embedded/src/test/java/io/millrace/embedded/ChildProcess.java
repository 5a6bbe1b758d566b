package io.millrace.embedded;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A main class of this class path in a JVM of its own, which can be killed. */
final class ChildProcess implements AutoCloseable {
  private final Process process;
  private final String ready;

  private ChildProcess(Process process, String ready) {
    this.process = process;
    this.ready = ready;
  }

  /** Starts the JVM and waits for its line {@code key=value}. */
  static ChildProcess start(Class<?> main, String key, String... args) throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
    command.addAll(List.of(args));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    BufferedReader output = process.inputReader();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      if (line.startsWith(key + "=")) {
        return new ChildProcess(process, line.substring(key.length() + 1));
      }
    }
    throw new IOException(main.getSimpleName() + " ended without a line " + key + "=...");
  }

  /** The value of the line it said it was ready with. */
  String ready() {
    return ready;
  }

  /** As {@code kill -9} does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As {@code kill} does; returns the exit code. */
  int terminate() throws InterruptedException {
    process.destroy();
    return process.waitFor();
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
