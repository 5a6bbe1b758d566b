package io.millrace.benchmarks.process;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A program in a process of its own, its output kept in a file. Whoever starts it names all its
 * flags, since they are part of what is measured.
 */
public final class ChildProcess implements Metered, AutoCloseable {
  private static final Duration STOP_LIMIT = Duration.ofSeconds(10);

  private final String role;
  private final Process process;
  private final Path log;
  private final Metered usage;

  private ChildProcess(String role, Process process, Path log) {
    this.role = role;
    this.process = process;
    this.log = log;
    this.usage = Metered.process(role, process.pid());
  }

  /** Starts a command in the log's folder. */
  public static ChildProcess start(
      String role, Path log, Map<String, String> environment, List<String> command) {
    try {
      Files.createDirectories(log.getParent());
      var builder =
          new ProcessBuilder(command)
              .directory(log.getParent().toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile());
      builder.environment().putAll(environment);
      return new ChildProcess(role, builder.start(), log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts a main class. */
  public static ChildProcess java(
      String role, Path log, List<String> flags, List<Path> classPath, List<String> main) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.add("-cp");
    command.add(String.join(File.pathSeparator, classPath.stream().map(Path::toString).toList()));
    command.addAll(main);
    return start(role, log, Map.of(), command);
  }

  @Override
  public String role() {
    return role;
  }

  @Override
  public double cpuSeconds() {
    return usage.cpuSeconds();
  }

  @Override
  public long peakMebibytes() {
    return usage.peakMebibytes();
  }

  /** The number Linux knows it by. */
  public long pid() {
    return process.pid();
  }

  /** Writes a line to its standard input. */
  public void tell(String line) {
    try {
      process.getOutputStream().write((line + "\n").getBytes(StandardCharsets.UTF_8));
      process.getOutputStream().flush();
    } catch (IOException e) {
      throw new UncheckedIOException(this + " takes no more commands:\n" + lastLines(), e);
    }
  }

  /** Waits until its output has the pattern so many times; gives the last one's first group. */
  public String awaitSaid(Pattern pattern, int times, Duration limit) {
    String[] found = new String[1];
    Wait.until(
        this + " says " + pattern,
        limit,
        Wait.FINE,
        () -> {
          List<String> all = pattern.matcher(log()).results().map(match -> match.group(1)).toList();
          if (all.size() < times) {
            requireAlive();
            return false;
          }
          found[0] = all.get(times - 1);
          return true;
        });
    return found[0];
  }

  /** The first group of the pattern's first match in its output, else nothing. */
  public String said(Pattern pattern) {
    Matcher matcher = pattern.matcher(log());
    return matcher.find() ? matcher.group(1) : "";
  }

  /** Throws with the end of its output if it has ended. */
  public void requireAlive() {
    if (!process.isAlive()) {
      throw new IllegalStateException(
          "%s has ended with %d:%n%s".formatted(this, process.exitValue(), lastLines()));
    }
  }

  /** Waits for its end, which must be one without an error. */
  public void awaitSuccess(Duration limit) {
    Wait.until(this + " ends", limit, Wait.FINE, () -> !process.isAlive());
    if (process.exitValue() != 0) {
      requireAlive();
    }
  }

  /** Sends it {@code STOP} or {@code CONT}. */
  public void signal(String name) {
    try {
      new ProcessBuilder("kill", "-" + name, Long.toString(pid())).start().waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Its output so far. */
  public String log() {
    try {
      return Files.readString(log, StandardCharsets.ISO_8859_1); // killed within a character
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String lastLines() {
    List<String> lines = log().lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  /** Ends it in order; one that does not obey is killed. */
  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(STOP_LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(role, log);
  }
}
