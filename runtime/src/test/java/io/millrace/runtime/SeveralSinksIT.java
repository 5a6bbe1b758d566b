package io.millrace.runtime;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One topic, a transform and two sinks, each with a group and a ledger of its own. */
class SeveralSinksIT {
  private static final int ROWS = 100_000;

  /** What the transform makes of the table, as Postgres sees it. */
  private static final String RENAMED =
      """
      CREATE VIEW renamed AS
      SELECT trip_id, vendor_id, pickup_at, dropoff_at, passenger_count, trip_distance, ratecode_id,
        store_and_fwd_flag, pu_location_id AS pickup_zone, do_location_id, payment_type, fare_amount,
        extra, mta_tax, tip_amount, tolls_amount, improvement_surcharge, total_amount,
        congestion_surcharge, airport_fee
      FROM public.trips\
      """;

  @TempDir private Path folder;

  @Test
  void holdTheSameRows() throws Exception {
    try (var cluster = new Cluster(folder, ROWS)) {
      Path pipeline = cluster.pipeline("several", "partition: {column: pickup_at, ranges: 3}");
      Files.writeString(
          pipeline,
          Files.readString(pipeline)
              .replace(
                  "sinks:\n  - type: parquet\n",
                  """
                  transforms:
                    - type: rename
                      columns: {pu_location_id: pickup_zone}
                  sinks:
                    - {type: parquet, name: one, path: 'one/{stream}/'}
                    - {type: parquet, name: two, path: 'two/{stream}/', compression: snappy}
                  """));
      try (var run = MillraceProcess.start(folder, "run", pipeline.toString(), "--json")) {
        assertThat(run.await(PATIENCE)).as(run.err()).isZero();
        JsonNode loads = new ObjectMapper().readTree(run.out()).path("loads");
        assertThat(loads).hasSize(2);
        for (JsonNode load : loads) {
          assertThat(load.path("rows_read").asLong()).isEqualTo(ROWS);
          assertThat(load.path("rows_in_kafka").asLong()).isEqualTo(ROWS);
          assertThat(load.path("rows_in_target").asLong()).isEqualTo(ROWS);
        }
      }
      try (var connection = DriverManager.getConnection(cluster.url(), cluster.user(), "")) {
        connection.createStatement().execute(RENAMED);
      }
      var expected = TableHash.ofTable(cluster.url(), cluster.user(), "renamed");
      for (String lake : new String[] {"one", "two"}) {
        assertThat(
                TableHash.ofFiles(
                    Lake.visible(folder.resolve(lake)), cluster.url(), cluster.user(), "renamed"))
            .isEqualTo(expected);
      }
    }
  }
}
