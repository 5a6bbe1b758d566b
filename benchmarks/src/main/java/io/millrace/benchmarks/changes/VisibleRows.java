package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.MillracePipeline;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.ledger.ChangeEntry;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The keys of the rows that have become visible to readers since the last look. */
abstract class VisibleRows implements AutoCloseable {
  private final Connection duckDb;

  private VisibleRows() throws SQLException {
    duckDb = DriverManager.getConnection("jdbc:duckdb:");
  }

  /** Of files of every change. */
  static VisibleRows ofChanges(MillracePipeline pipeline) throws SQLException {
    var seen = new HashMap<Bucket, Position>();
    return new VisibleRows() {
      @Override
      List<String> newFiles() {
        return filesOfChanges(pipeline, seen);
      }
    };
  }

  private static List<String> filesOfChanges(
      MillracePipeline pipeline, Map<Bucket, Position> seen) {
    var changes = pipeline.changes();
    var files = new ArrayList<String>();
    for (Bucket bucket : pipeline.buckets()) {
      for (ChangeEntry entry :
          changes.published(bucket, seen.getOrDefault(bucket, Position.START))) {
        files.addAll(changes.files(entry));
        seen.put(bucket, entry.reach().last());
      }
    }
    return files;
  }

  /** Of a table as it is now. */
  static VisibleRows ofMirror(MillracePipeline pipeline) throws SQLException {
    int[] seen = {-1};
    return new VisibleRows() {
      @Override
      List<String> newFiles() {
        return pipeline
            .mirror()
            .filter(version -> version.number() > seen[0])
            .map(
                version -> {
                  seen[0] = version.number();
                  return pipeline.files(version);
                })
            .orElse(List.of());
      }
    };
  }

  /** Files that may have more rows than those before them. */
  abstract List<String> newFiles();

  /** Their keys, those included that were visible before. */
  List<Integer> look() throws SQLException {
    List<String> files = newFiles();
    var keys = new ArrayList<Integer>();
    if (!files.isEmpty()) {
      String list =
          files.stream()
              .map(file -> "'" + file.replace("'", "''") + "'")
              .collect(Collectors.joining(", ", "[", "]"));
      try (Statement statement = duckDb.createStatement();
          ResultSet row =
              statement.executeQuery("SELECT id FROM read_parquet(%s)".formatted(list))) {
        while (row.next()) {
          keys.add(row.getInt(1));
        }
      }
    }
    return keys;
  }

  @Override
  public void close() throws SQLException {
    duckDb.close();
  }
}
