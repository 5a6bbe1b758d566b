package io.millrace.benchmarks;

import io.millrace.benchmarks.result.Machine;
import io.millrace.benchmarks.result.Pass;
import io.millrace.benchmarks.result.Result;
import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.runtime.config.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Measures something several times, each in a folder of its own, and writes the result. */
final class Repetition {
  /** A part of the class path whose version matters, by the beginning of its jar's name. */
  private static final Map<String, String> PARTS =
      Map.of(
          "Kafka", "kafka-clients-",
          "pgjdbc", "postgresql-",
          "Arrow", "arrow-vector-",
          "parquet-java", "parquet-hadoop-",
          "zstd-jni", "zstd-jni-");

  private static final Map<String, String> PEERS =
      Map.of(
          "debezium", "debezium-connector-postgres-",
          "iceberg", "iceberg-kafka-connect-",
          "spark", "spark-sql_2.13-");

  private static final String NO_PAGE = ":!benchmarks/README.md";
  private static final String NO_RESULTS = ":!benchmarks/results";

  private final Checkout checkout;
  private final ResultFiles files;
  private final Path folder;
  private final List<Setting> settings;

  Repetition(Checkout checkout, ResultFiles files, Path folder, List<Setting> settings) {
    this.checkout = checkout;
    this.files = files;
    this.folder = folder;
    this.settings = settings;
  }

  /** Once. */
  interface Run {
    /** Measures in an empty folder, which is deleted afterwards. */
    List<Pass> in(Path folder) throws Exception;
  }

  /**
   * What is measured.
   *
   * @param path the path's name
   * @param table the table's label
   * @param rows how many it has
   * @param source the source's name and version
   */
  record Measured(String path, String table, long rows, Map.Entry<String, String> source) {}

  /** Whether there is such a result of this commit. */
  boolean has(String path, String table, long rows, int repeat) {
    String commit = commit();
    return files.newest().getOrDefault(table, List.of()).stream()
        .filter(result -> result.path().equals(path) && result.commit().equals(commit))
        .anyMatch(
            result ->
                result.last().rows() == rows
                    && result.runs().size() >= repeat
                    && result.settings().equals(settingTexts()));
  }

  /**
   * Measures, and writes the result after each run; what fails is told, and the others go on.
   *
   * @return whether it succeeded
   */
  boolean measure(Measured measured, int repeat, Run one) throws Exception {
    var subject =
        new Result.Subject(
            measured.path(),
            measured.table(),
            Instant.now(),
            commit(),
            Machine.here(),
            versions(measured.source()),
            settingTexts());
    var runs = new ArrayList<List<Pass>>();
    for (int run = 1; run <= repeat; run++) {
      System.err.printf(
          "%s with %s, %,d rows, run %d of %d%n",
          measured.path(), measured.table(), measured.rows(), run, repeat);
      Path own = emptied(folder.resolve(measured.path()));
      try {
        runs.add(one.in(own));
      } catch (RuntimeException | SQLException | IOException e) {
        System.err.printf("%s failed, its logs lie in %s: %s%n", measured.path(), own, e);
        return false;
      }
      runs.get(run - 1).forEach(Repetition::print);
      files.write(subject.result(runs));
      delete(own);
    }
    return true;
  }

  private static void print(Pass pass) {
    var text = new StringBuilder();
    pass.processes()
        .forEach(
            (role, usage) ->
                text.append(
                    String.format(
                        Locale.ROOT,
                        ", %s %.2f CPU-s per million rows%s",
                        role,
                        usage.cpuSeconds() * 1e6 / pass.rows(),
                        usage.peakMebibytes() == 0 ? "" : " " + usage.peakMebibytes() + " MiB")));
    System.err.printf(
        Locale.ROOT,
        "  %s: %.2f s, %,.0f rows/s%s%s%n",
        pass.name(),
        pass.seconds(),
        pass.rowsPerSecond(),
        pass.steadyRowsPerSecond() == null
            ? ""
            : String.format(Locale.ROOT, " (%,.0f in flow)", pass.steadyRowsPerSecond()),
        text);
  }

  private List<String> settingTexts() {
    return settings.stream().map(set -> set.path() + "=" + set.value()).toList();
  }

  private Map<String, String> versions(Map.Entry<String, String> source) {
    var versions = new TreeMap<String, String>();
    PARTS.forEach((part, jar) -> version(checkout.all(), jar, part, versions));
    PEERS.forEach(
        (peer, jar) -> {
          Path lib = checkout.peer(peer).resolve("lib");
          if (Files.isDirectory(lib)) {
            version(list(lib), jar, peer, versions);
          }
        });
    versions.put(source.getKey(), source.getValue());
    return versions;
  }

  private static List<Path> list(Path folder) {
    try (Stream<Path> entries = Files.list(folder)) {
      return entries.toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void version(
      List<Path> jars, String jar, String part, Map<String, String> versions) {
    jars.stream()
        .map(file -> file.getFileName().toString())
        .filter(name -> name.matches(Pattern.quote(jar) + "\\d.*\\.jar"))
        .findFirst()
        .ifPresent(name -> versions.put(part, name.substring(jar.length(), name.length() - 4)));
  }

  /** The last commit that changed anything but results, so that those may be committed at once. */
  private String commit() {
    String head = git("log", "-1", "--format=%h", "--abbrev=12", "--", ".", NO_PAGE, NO_RESULTS);
    String changes =
        git("status", "--porcelain", "--untracked-files=no", "--", ".", NO_PAGE, NO_RESULTS);
    return changes.isEmpty() ? head : head + "-dirty";
  }

  private String git(String... arguments) {
    var command = new ArrayList<>(List.of("git", "-C", checkout.root().toString()));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said =
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      return process.waitFor() == 0 ? said : "unknown";
    } catch (IOException e) {
      return "unknown"; // no git here
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "unknown";
    }
  }

  /** Makes a folder that has nothing in it. */
  static Path emptied(Path folder) throws IOException {
    delete(folder);
    return Files.createDirectories(folder);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> entries = Files.walk(folder)) {
        for (Path entry : entries.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(entry);
        }
      }
    }
  }
}
