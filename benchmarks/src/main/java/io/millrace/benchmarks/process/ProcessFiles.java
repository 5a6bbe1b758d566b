package io.millrace.benchmarks.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What Linux tells of a process in {@code /proc} (proc(5)). */
final class ProcessFiles {
  private static final Path PROC = Path.of("/proc");

  /** The unit of times in {@code stat}: USER_HZ, which is 100 on every Linux of today. */
  private static final double TICKS = 100;

  private ProcessFiles() {}

  /**
   * The times of a process.
   *
   * @param own user and system seconds of itself, all threads
   * @param ended those of its children that have ended and been waited for
   */
  record Times(double own, double ended) {
    double sum() {
      return own + ended;
    }

    /** Parses {@code stat}; the command's name is in brackets and may hold anything. */
    static Times parse(String stat) {
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      return new Times(
          (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS,
          (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS);
    }
  }

  /** Nothing if there is no such process. */
  static Optional<Times> times(long pid) {
    return read(PROC.resolve(Long.toString(pid)).resolve("stat")).map(Times::parse);
  }

  /** The highest resident memory so far, in MiB; 0 if there is no such process. */
  static long peakMebibytes(long pid) {
    return read(PROC.resolve(Long.toString(pid)).resolve("status"))
        .flatMap(status -> status.lines().filter(line -> line.startsWith("VmHWM:")).findFirst())
        .map(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
        .orElse(0L);
  }

  /** Seconds that all cores together were busy since the machine started. */
  static double machineSeconds() {
    return busySeconds(read(PROC.resolve("stat")).orElseThrow());
  }

  /** Everything but idle and waiting; guests are counted as users already. */
  static double busySeconds(String stat) {
    List<String> fields = List.of(stat.lines().findFirst().orElseThrow().trim().split("\\s+", -1));
    long busy = 0;
    for (int field : new int[] {1, 2, 3, 6, 7}) {
      busy += Long.parseLong(fields.get(field));
    }
    return busy / TICKS;
  }

  private static Optional<String> read(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      // "No such process": it ended between open and read
      if (String.valueOf(e.getMessage()).contains("No such process")) {
        return Optional.empty();
      }
      throw new UncheckedIOException(e);
    }
  }
}
