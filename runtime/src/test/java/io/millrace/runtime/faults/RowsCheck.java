package io.millrace.runtime.faults;

import io.millrace.sinks.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.Collectors;

/** What rows files hold, as DuckDB reads them: the multiset of their ids, in order. */
public final class RowsCheck {
  private RowsCheck() {}

  /** The ids of all rows of some files of a store, sorted, each as often as it is there. */
  public static List<Long> ids(ObjectStore store, Collection<String> files) {
    try {
      Path folder = Files.createTempDirectory("rows");
      try {
        var copies = new ArrayList<Path>();
        for (String file : files) {
          Path copy = folder.resolve(copies.size() + ".parquet");
          Files.write(copy, store.read(file).orElseThrow());
          copies.add(copy);
        }
        return ids(copies);
      } finally {
        try (var copies = Files.list(folder)) {
          for (Path copy : copies.toList()) {
            Files.delete(copy);
          }
        }
        Files.delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Long> ids(List<Path> files) {
    var ids = new ArrayList<Long>();
    if (files.isEmpty()) {
      return ids;
    }
    String list = files.stream().map(f -> "'" + f + "'").collect(Collectors.joining(", "));
    try (var duck = DriverManager.getConnection("jdbc:duckdb:");
        ResultSet rows =
            duck.createStatement()
                .executeQuery("SELECT id FROM read_parquet([%s]) ORDER BY id".formatted(list))) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
      return ids;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
