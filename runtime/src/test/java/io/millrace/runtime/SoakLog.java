package io.millrace.runtime;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What happened in a long test, line by line in a file that can be read meanwhile, and counted. */
final class SoakLog {
  private final Path file;
  private final Map<String, Integer> counts = new TreeMap<>();

  SoakLog(Path file) {
    this.file = file;
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A line, on the disk when this returns. */
  synchronized void say(String text) {
    String line = "%s %s%n".formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), text);
    System.out.print(line);
    try {
      Files.writeString(
          file,
          line,
          StandardOpenOption.CREATE,
          StandardOpenOption.APPEND,
          StandardOpenOption.SYNC);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Something that is counted by its name. */
  synchronized void count(String kind) {
    counts.merge(kind, 1, Integer::sum);
    say(kind);
  }

  /** How often each kind was counted, as a table of Markdown. */
  synchronized String table() {
    return counts.entrySet().stream()
        .map(count -> "| %s | %d |%n".formatted(count.getKey(), count.getValue()))
        .collect(Collectors.joining("", "| what | times |%n| --- | --- |%n".formatted(), ""));
  }
}
