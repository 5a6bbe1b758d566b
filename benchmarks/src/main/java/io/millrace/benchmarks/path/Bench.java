package io.millrace.benchmarks.path;

import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TableSums;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.runtime.config.Setting;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a measurement works with.
 *
 * @param checkout what is measured
 * @param database the source, filled
 * @param table the table in it
 * @param source its count and sums
 * @param settings of Millrace's pipelines, as {@code --set} takes them
 * @param folder an empty one, deleted afterwards
 */
public record Bench(
    Checkout checkout,
    SourceDatabase database,
    TestTable table,
    TableSums source,
    List<Setting> settings,
    Path folder) {
  /** How long a pass may take: far more than the slowest peer does. */
  public static final Duration PASS_LIMIT = Duration.ofMinutes(20);

  /** The rows of every pass. */
  public long rows() {
    return source.rows();
  }

  /** Reads files back and compares them with the source. */
  public void check(List<Path> files) throws SQLException {
    source.requireEqual(
        TableSums.ofFiles(
            database.columns(table), files.stream().map(Path::toString).sorted().toList()));
  }

  /** The bytes of files. */
  public static long bytes(List<Path> files) {
    long bytes = 0;
    for (Path file : files) {
      try {
        bytes += Files.size(file);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return bytes;
  }

  /** All Parquet files below a folder. */
  static List<Path> parquet(Path folder) {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same for paths that know no source. */
  Route route() {
    String section =
        """
        source:
          type: postgres
          url: %s
          user: %s
          table: public.%s
        """
            .formatted(database.url(), database.user(), table.table());
    return new Route(checkout, settings, folder, section, database.usage(), this::check);
  }
}
