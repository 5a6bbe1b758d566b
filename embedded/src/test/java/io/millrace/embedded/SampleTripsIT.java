package io.millrace.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleTripsIT {
  private static final String FILE_NODE = "SELECT pg_relation_filenode('public.trips')";

  @TempDir static Path folder;
  private static EmbeddedPostgres postgres;
  private static Connection connection;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    connection = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), "");
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    postgres.close();
  }

  @BeforeEach
  void drop() throws Exception {
    try (var statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS public.trips");
    }
  }

  @Test
  void twoFillsOfOneSizeAreEqual() throws Exception {
    SampleTrips.fill(connection, 10_000);
    String first = Trips.hash(connection);
    drop();
    SampleTrips.fill(connection, 10_000);
    assertThat(Trips.hash(connection)).startsWith("10000:").isEqualTo(first);
  }

  @Test
  void aTableOfThatSizeIsLeftAloneAndAnyOtherReplaced() throws Exception {
    SampleTrips.fill(connection, 100);
    String before = Trips.one(connection, FILE_NODE);
    SampleTrips.fill(connection, 100);
    assertThat(Trips.one(connection, FILE_NODE)).isEqualTo(before);
    SampleTrips.fill(connection, 99);
    assertThat(Trips.one(connection, FILE_NODE)).isNotEqualTo(before);
    assertThat(Trips.hash(connection)).startsWith("99:");
  }

  @Test
  void columnsHaveTheirTypesInOrder() throws Exception {
    SampleTrips.fill(connection, 1);
    assertThat(
            Trips.one(
                connection,
                """
                SELECT string_agg(attname || ' ' || format_type(atttypid, atttypmod)
                  || CASE WHEN attnotnull THEN ' not null' ELSE '' END, ', ' ORDER BY attnum)
                FROM pg_attribute WHERE attrelid = 'public.trips'::regclass AND attnum > 0
                """))
        .isEqualTo(
            "trip_id bigint not null, vendor_id integer not null, "
                + "pickup_at timestamp without time zone not null, "
                + "dropoff_at timestamp without time zone not null, passenger_count integer, "
                + "trip_distance double precision, ratecode_id integer, store_and_fwd_flag text, "
                + "pu_location_id integer not null, do_location_id integer not null, "
                + "payment_type integer, fare_amount numeric(10,2), extra numeric(10,2), "
                + "mta_tax numeric(10,2), tip_amount numeric(10,2), tolls_amount numeric(10,2), "
                + "improvement_surcharge numeric(10,2), total_amount numeric(10,2), "
                + "congestion_surcharge numeric(10,2), airport_fee numeric(10,2)");
    assertThat(
            Trips.one(
                connection,
                "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE contype = 'p'"
                    + " AND conrelid = 'public.trips'::regclass"))
        .isEqualTo("PRIMARY KEY (trip_id)");
  }

  @Test
  void aboutFivePercentOfEveryNullableColumnAreNull() throws Exception {
    SampleTrips.fill(connection, 20_000);
    // The statistics are there because a fill ends with ANALYZE, and exact because the sample is
    // the whole table.
    assertThat(
            Trips.one(
                connection,
                """
                SELECT min(null_frac) || ' ' || max(null_frac) || ' ' || count(*)
                FROM pg_stats JOIN pg_attribute USING (attname)
                WHERE tablename = 'trips' AND attrelid = 'public.trips'::regclass
                  AND NOT attnotnull
                """))
        .matches("0\\.04\\d* 0\\.05\\d* 14");
  }

  @Test
  void valuesArePlausible() throws Exception {
    SampleTrips.fill(connection, 20_000);
    assertThat(
            Trips.one(
                connection,
                """
                SELECT count(*) FROM public.trips WHERE
                  trip_id NOT BETWEEN 1 AND 20000
                  OR pickup_at NOT BETWEEN '2024-01-01' AND '2024-01-31 23:59:59'
                  OR dropoff_at <= pickup_at
                  OR trip_distance NOT BETWEEN 0.1 AND 30
                  OR pu_location_id NOT BETWEEN 1 AND 265
                  OR do_location_id NOT BETWEEN 1 AND 265
                  OR total_amount <> fare_amount + extra + mta_tax + tip_amount + tolls_amount
                    + improvement_surcharge + congestion_surcharge + airport_fee
                """))
        .isEqualTo("0");
    assertThat(Trips.one(connection, "SELECT count(DISTINCT pickup_at::date) FROM public.trips"))
        .isEqualTo("31");
  }

  @Test
  void theCallersTransactionModeStays() throws Exception {
    SampleTrips.fill(connection, 10);
    assertThat(connection.getAutoCommit()).isTrue();
    assertThatThrownBy(() -> SampleTrips.fill(connection, -1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("Cannot fill public.trips with -1 rows");
  }
}
