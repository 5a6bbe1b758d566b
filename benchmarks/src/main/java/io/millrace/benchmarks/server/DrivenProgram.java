package io.millrace.benchmarks.server;

import io.millrace.benchmarks.process.ChildProcess;
import io.millrace.benchmarks.process.Metered;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * A program that makes one pass for each line it reads, so that passes are measured from the
 * outside, and a second one in a JVM that is warm. It says {@code ready}, and after each pass
 * {@code done} with a number of its own.
 */
public final class DrivenProgram implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Pattern READY = Pattern.compile("(?m)^(ready)$");
  private static final Pattern DONE = Pattern.compile("(?m)^done (\\d+)$");

  private final ChildProcess process;
  private int passes;

  private DrivenProgram(ChildProcess process) {
    this.process = process;
  }

  /** Starts it and waits until it is ready. */
  public static DrivenProgram start(
      String role, Path log, List<String> flags, List<Path> classPath, List<String> main) {
    ChildProcess process = ChildProcess.java(role, log, flags, classPath, main);
    try {
      process.awaitSaid(READY, 1, START_LIMIT);
      return new DrivenProgram(process);
    } catch (RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /** Its process. */
  public Metered usage() {
    return process;
  }

  /** Makes it do one pass; returns the number it says. */
  public long pass(String command, Duration limit) {
    passes++;
    process.tell(command);
    return Long.parseLong(process.awaitSaid(DONE, passes, limit));
  }

  @Override
  public void close() {
    process.close();
  }
}
