package io.millrace.benchmarks.driven;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TableSums;
import io.millrace.benchmarks.table.TestTable;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every table, filled, written by the product's reader and writer, and compared. */
class TestTablesIT {
  private static final int ROWS = 2_000;
  private static final int CONNECTIONS = 2;

  @TempDir private static Path data;
  private static SourceDatabase database;

  @TempDir private Path folder;

  @BeforeAll
  static void start() {
    database = SourceDatabase.start(data.resolve("postgres"));
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  private List<String> written(TestTable table) throws Exception {
    WithoutLog.of(database.url(), database.user(), table.table(), CONNECTIONS).pass(folder);
    return IntStream.range(0, CONNECTIONS)
        .mapToObj(i -> folder.resolve("part-%d.parquet".formatted(i)).toString())
        .toList();
  }

  @ParameterizedTest
  @EnumSource(TestTable.class)
  void whatIsWrittenHasTheSumsOfItsSource(TestTable table) throws Exception {
    database.fill(table, ROWS);
    TableSums source = TableSums.ofSource(database, table);
    assertThat(source.rows()).isEqualTo(ROWS);
    source.requireEqual(TableSums.ofFiles(database.columns(table), written(table)));
  }

  @Test
  void aValueThatDiffersIsFound() throws Exception {
    database.fill(TestTable.TRIPS, ROWS);
    List<String> files = written(TestTable.TRIPS);
    database.execute("UPDATE trips SET reference = upper(reference) WHERE trip_id = 77");
    TableSums source = TableSums.ofSource(database, TestTable.TRIPS);
    TableSums output = TableSums.ofFiles(database.columns(TestTable.TRIPS), files);
    database.execute("COMMENT ON TABLE trips IS 'changed'");
    assertThatThrownBy(() -> source.requireEqual(output)).hasMessageContaining("sum of reference");
  }

  @Test
  void aTableIsFilledOnce() throws Exception {
    database.fill(TestTable.NARROW, 10);
    String before = database.one("SELECT pg_relation_filenode('narrow')");
    database.fill(TestTable.NARROW, 10);
    assertThat(database.one("SELECT pg_relation_filenode('narrow')")).isEqualTo(before);
    database.fill(TestTable.NARROW, 11);
    assertThat(database.one("SELECT count(*) FROM narrow")).isEqualTo("11");
  }

  @Test
  void evenTripsAreOfTheWidthThatTheBudgetSpeaksOf() throws Exception {
    database.fill(TestTable.TRIPS_EVEN, ROWS);
    String bytes = database.one("SELECT avg(length(record_send(t))) FROM trips_even AS t");
    // record_send has 4 bytes for the count and a type of 4 for each field, COPY has 2 and none
    double copied = Double.parseDouble(bytes) - 2 - 4 * 20;
    assertThat(copied).isBetween(228.0, 234.0);
  }
}
