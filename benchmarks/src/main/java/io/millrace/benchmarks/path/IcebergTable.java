package io.millrace.benchmarks.path;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;

/**
 * An Iceberg table in a folder of a Hadoop catalog, as far as its metadata file tells: Iceberg's
 * specification, "Table Metadata Fields" and "File System Tables".
 */
final class IcebergTable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Commits may be a moment late; one that is much smaller was made when nothing was left. */
  private static final double FULL = 0.8;

  private final Path folder;

  IcebergTable(Path folder) {
    this.folder = folder;
  }

  /**
   * An append.
   *
   * @param millis when it was committed, since the epoch
   * @param rows in the table with it
   */
  record Commit(long millis, long rows) {}

  /** The rows in the table. */
  long rows() {
    List<Commit> commits = commits();
    return commits.isEmpty() ? 0 : commits.get(commits.size() - 1).rows();
  }

  private List<Commit> commits() {
    try {
      Path metadata = folder.resolve("metadata");
      String version = Files.readString(metadata.resolve("version-hint.text")).trim();
      JsonNode table =
          JSON.readTree(metadata.resolve("v%s.metadata.json".formatted(version)).toFile());
      var commits = new ArrayList<Commit>();
      for (JsonNode snapshot : table.path("snapshots")) {
        commits.add(
            new Commit(
                snapshot.path("timestamp-ms").asLong(),
                snapshot.path("summary").path("total-records").asLong()));
      }
      return commits;
    } catch (NoSuchFileException e) {
      return List.of(); // it is being replaced
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** See {@link #steadyRowsPerSecond(List)}. */
  OptionalDouble steadyRowsPerSecond() {
    return steadyRowsPerSecond(commits());
  }

  /**
   * The rate between the first and the last commit under load: files are closed at commits only, so
   * that the time before the first and the wait for the last say little of the sink. Empty with
   * fewer than two such commits.
   */
  static OptionalDouble steadyRowsPerSecond(List<Commit> commits) {
    int last = commits.size() - 1;
    if (last >= 2) {
      long rest = commits.get(last).rows() - commits.get(last - 1).rows();
      long full = commits.get(last - 1).rows() - commits.get(last - 2).rows();
      if (rest < FULL * full) {
        last--;
      }
    }
    if (last < 1) {
      return OptionalDouble.empty();
    }
    Commit from = commits.get(0);
    Commit to = commits.get(last);
    return OptionalDouble.of((to.rows() - from.rows()) * 1000.0 / (to.millis() - from.millis()));
  }

  /** Its data files; none was ever removed. */
  List<Path> files() {
    return Bench.parquet(folder.resolve("data"));
  }
}
