package io.millrace.benchmarks;

import io.millrace.benchmarks.path.Bench;
import io.millrace.benchmarks.path.MeasuredPath;
import io.millrace.benchmarks.result.ResultFiles;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TableSums;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.runtime.config.Setting;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Measures one path after the other, each with a source that is filled. */
final class Measurements {
  private final Checkout checkout;
  private final SourceDatabase database;
  private final List<Setting> settings;
  private final Repetition repetition;
  private final Map<TestTable, TableSums> sources = new EnumMap<>(TestTable.class);

  Measurements(
      Checkout checkout,
      SourceDatabase database,
      ResultFiles files,
      Path folder,
      List<Setting> settings) {
    this.checkout = checkout;
    this.database = database;
    this.settings = settings;
    this.repetition = new Repetition(checkout, files, folder, settings);
  }

  /** Whether there is such a result of this commit. */
  boolean has(MeasuredPath path, TestTable table, long rows, int repeat) {
    return repetition.has(path.name(), table.label(), rows, repeat);
  }

  /** Measures; says whether it succeeded. */
  boolean measure(MeasuredPath path, TestTable table, long rows, int repeat) throws Exception {
    TableSums source = filled(table, rows);
    return repetition.measure(
        new Repetition.Measured(
            path.name(), table.label(), rows, Map.entry("Postgres", database.version())),
        repeat,
        folder -> path.measure(new Bench(checkout, database, table, source, settings, folder)));
  }

  private TableSums filled(TestTable table, long rows) throws SQLException {
    TableSums known = sources.get(table);
    if (known == null) {
      database.fill(table, rows);
      known = TableSums.ofSource(database, table);
      sources.put(table, known);
    }
    return known;
  }
}
