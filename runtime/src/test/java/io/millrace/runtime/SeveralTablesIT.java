package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two hundred tables in one pipeline, one of them broken: the others arrive, it is named. */
class SeveralTablesIT {
  private static final int TABLES = 200;
  private static final int BROKEN = 137;

  @TempDir private Path folder;

  private static String table(int number) {
    return "t%03d".formatted(number);
  }

  private static long rows(int number) {
    return number % 50;
  }

  private static void create(Statement sql) throws Exception {
    sql.execute("CREATE SCHEMA shop");
    for (int i = 0; i < TABLES; i++) {
      sql.execute(
          "CREATE TABLE shop.%s (id bigint PRIMARY KEY, amount numeric(9, 2))".formatted(table(i)));
      sql.execute(
          "INSERT INTO shop.%s SELECT i, i * %d + 0.25 FROM generate_series(1, %d) i"
              .formatted(table(i), i, rows(i)));
    }
    sql.execute("UPDATE shop.%s SET amount = 'NaN' WHERE id = 7".formatted(table(BROKEN)));
  }

  @Test
  void aBrokenOneDoesNotStopTheOthers() throws Exception {
    try (var cluster = new Cluster(folder, 1)) {
      try (var connection = DriverManager.getConnection(cluster.url(), cluster.user(), "");
          Statement sql = connection.createStatement()) {
        create(sql);
      }
      Path pipeline = cluster.pipeline("shop", "");
      Files.writeString(
          pipeline,
          Files.readString(pipeline)
              .replace("table: public.trips", "tables: [shop.*]")
              .replace("kafka:", "kafka:\n  topic: {partitions: 1}"));
      try (var run = MillraceProcess.start(folder, "run", pipeline.toString(), "--json")) {
        assertThat(run.await(PATIENCE)).as(run.err()).isEqualTo(1);
        assertThat(run.err())
            .contains("Unit shop.%s/snapshot/".formatted(table(BROKEN)))
            .contains("amount")
            .contains("id=7")
            .contains("NaN");
        JsonNode summary = new ObjectMapper().readTree(run.out());
        assertThat(rowsByStream(summary)).isEqualTo(expectedRows());
      }
      assertThat(sums(Lake.files(folder, pipeline))).isEqualTo(expectedSums());
    }
  }

  private static Map<String, Long> rowsByStream(JsonNode summary) {
    var rows = new HashMap<String, Long>();
    for (JsonNode load : summary.path("loads")) {
      rows.put(load.path("stream").asText(), load.path("rows_in_target").asLong());
    }
    return rows;
  }

  private static Map<String, Long> expectedRows() {
    var rows = new HashMap<String, Long>();
    for (int i = 0; i < TABLES; i++) {
      if (i != BROKEN) {
        rows.put(table(i), rows(i));
      }
    }
    return rows;
  }

  /** Amounts in quarters, by table; those without rows have no file. */
  private static Map<String, Long> expectedSums() {
    var sums = new HashMap<String, Long>();
    for (int i = 0; i < TABLES; i++) {
      long n = rows(i);
      if (i != BROKEN && n > 0) {
        sums.put(table(i), 2L * i * n * (n + 1) + n);
      }
    }
    return sums;
  }

  private static Map<String, Long> sums(List<Path> files) throws Exception {
    var sums = new HashMap<String, Long>();
    try (var duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement sql = duck.createStatement()) {
      for (Path file : files) {
        try (ResultSet row =
            sql.executeQuery("SELECT (sum(amount) * 4)::bigint FROM '%s'".formatted(file))) {
          row.next();
          sums.merge(
              file.getParent().getParent().getFileName().toString(), row.getLong(1), Long::sum);
        }
      }
    }
    return sums;
  }
}
