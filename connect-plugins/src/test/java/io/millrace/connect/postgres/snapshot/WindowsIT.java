package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.core.window.NullRows;
import io.millrace.core.window.RunRange;
import io.millrace.core.window.WindowOptions;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables read window by window; the time is the end that each request names. */
class WindowsIT {
  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  /** Ten rows an hour: from 06:00 to 12:00 of a day, none from 08:00 to 09:00. */
  @BeforeEach
  void fill() throws SQLException {
    execute(
        """
        DROP TABLE IF EXISTS trips;
        CREATE TABLE trips (id bigint PRIMARY KEY, at timestamptz, day date, note text);
        INSERT INTO trips
        SELECT n, timestamptz '2024-03-01 06:00:00Z' + n * interval '6 minutes', NULL, 'x'
        FROM generate_series(0, 59) n WHERE n NOT BETWEEN 20 AND 29;
        """);
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static List<Long> table(String query) throws SQLException {
    var ids = new ArrayList<Long>();
    try (Statement statement = sql.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        ids.add(rows.getLong(1));
      }
    }
    return ids;
  }

  private static List<Long> table() throws SQLException {
    return table("SELECT id FROM trips ORDER BY 1");
  }

  private static WindowOptions hours(int recheck, NullRows nulls) {
    return new WindowOptions("at", Duration.ofHours(1), Duration.ZERO, "UTC", recheck, nulls);
  }

  private static TestRounds trips(WindowOptions windows) {
    return new TestRounds(postgres, windows, Map.of("table", "public.trips"));
  }

  @Test
  void historyIsReadFromTheOldestRowAndAnEmptyWindowIsARunWithoutRows() throws Exception {
    TestRounds trips = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-01T10:30:00Z");
    assertThat(trips.readAll()).isOne();
    assertThat(trips.ids("trips").keySet())
        .containsExactly(
            "2024-03-01T06:00", "2024-03-01T07:00", "2024-03-01T08:00", "2024-03-01T09:00");
    assertThat(trips.ids("trips").get("2024-03-01T08:00")).isEmpty();
    assertThat(trips.union("trips"))
        .isEqualTo(table("SELECT id FROM trips WHERE at < '2024-03-01 10:00Z' ORDER BY 1"));

    trips.until("second", "2024-03-01T12:00:00Z");
    assertThat(trips.readAll()).isOne();
    assertThat(trips.plans("trips", "2024-03-01T09:00")).as("read once").isOne();
    assertThat(trips.union("trips")).isEqualTo(table());
    assertThat(trips.readAll()).isZero();
  }

  @Test
  void anEmptyTableHasNoRuns() throws Exception {
    execute("DELETE FROM trips");
    TestRounds trips = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-01T10:30:00Z");
    assertThat(trips.readAll()).isZero();
  }

  @Test
  void lateRowsAreFoundByCountingAgain() throws Exception {
    TestRounds trips = trips(hours(3, NullRows.ERROR)).until("first", "2024-03-01T11:00:00Z");
    trips.readAll();
    execute(
        """
        INSERT INTO trips VALUES (1008, '2024-03-01 08:59:59.999999Z'),
                                 (1006, '2024-03-01 06:00:00Z');
        DELETE FROM trips WHERE id = 40;
        """);
    trips.until("second", "2024-03-01T12:00:00Z");
    assertThat(trips.readAll()).isOne();
    assertThat(trips.plans("trips", "2024-03-01T08:00")).isEqualTo(2);
    assertThat(trips.plans("trips", "2024-03-01T09:00")).as("the same as before").isOne();
    assertThat(trips.plans("trips", "2024-03-01T10:00")).isEqualTo(2);
    assertThat(trips.union("trips"))
        .as("all but what came too late for three windows")
        .isEqualTo(table("SELECT id FROM trips WHERE id <> 1006 ORDER BY 1"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"NULL", "'infinity'", "'-infinity'"})
  void rowsInNoWindowFailTheRunUnlessTheyAreSkipped(String at) throws Exception {
    execute("INSERT INTO trips VALUES (99, %s)".formatted(at));
    TestRounds strict = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-01T12:00:00Z");
    strict.readAll();
    assertThat(strict.ids("trips")).isEmpty();
    assertThat(strict.failures("trips").values())
        .hasSize(6)
        .allSatisfy(why -> assertThat(why).contains("1 rows of public.trips"));

    TestRounds lenient = trips(hours(0, NullRows.SKIP)).until("first", "2024-03-01T12:00:00Z");
    lenient.readAll();
    assertThat(lenient.union("trips"))
        .isEqualTo(table("SELECT id FROM trips WHERE id <> 99 ORDER BY 1"));

    execute("DELETE FROM trips WHERE id = 99");
    strict.until("second", "2024-03-01T12:00:00Z").readAll();
    assertThat(strict.union("trips")).isEqualTo(table());
  }

  @ParameterizedTest
  @CsvSource({
    "2024-03-30 22:00Z, 2024-03-31T04:00:00Z, 2024-03-31T01:00+01:00, 2024-03-31T03:00+02:00",
    "2024-10-26 22:00Z, 2024-10-27T04:00:00Z, 2024-10-27T02:00+02:00, 2024-10-27T02:00+01:00"
  })
  void hoursOverAChangeOfTheClock(String start, String end, String before, String after)
      throws Exception {
    execute("TRUNCATE trips");
    execute(
        """
        INSERT INTO trips
        SELECT n, timestamptz '%s' + n * interval '10 minutes' FROM generate_series(0, 35) n
        """
            .formatted(start));
    var berlin =
        new WindowOptions(
            "at", Duration.ofHours(1), Duration.ZERO, "Europe/Berlin", 0, NullRows.ERROR);
    TestRounds trips = trips(berlin).until("first", start.substring(0, 10) + "T23:59:59Z");
    trips.readAll();
    assertThat(trips.ids("trips")).hasSize(1);
    trips.until("second", end).readAll();
    assertThat(trips.ids("trips")).hasSize(6).allSatisfy((run, ids) -> assertThat(ids).hasSize(6));
    assertThat(trips.ids("trips")).containsKeys(before, after);
    assertThat(trips.union("trips")).isEqualTo(table());
  }

  @Test
  void daysOfATimestampWithoutAZoneAndOfADate() throws Exception {
    execute(
        """
        ALTER TABLE trips ADD local timestamp;
        UPDATE trips SET local = timestamp '2024-03-30 00:00' + id * interval '1 hour',
                         day = date '2024-03-30' + (id / 24)::int;
        """);
    for (String column : List.of("local", "day")) {
      var days =
          new WindowOptions(
              column, Duration.ofDays(1), Duration.ofHours(1), "Europe/Berlin", 0, NullRows.ERROR);
      TestRounds trips = trips(days).until("first", "2024-03-31T23:00:00Z");
      trips.readAll();
      assertThat(trips.ids("trips").keySet())
          .as("the second day ends at 22:00 UTC, an hour earlier than the first")
          .containsExactly("2024-03-30", "2024-03-31");
      trips.until("second", "2024-04-01T23:00:00Z").readAll();
      assertThat(trips.union("trips")).isEqualTo(table());
    }
  }

  @Test
  void aWindowThatFailedIsReadLaterAndTheOthersGoOn() throws Exception {
    execute("UPDATE trips SET day = 'infinity' WHERE id = 15");
    TestRounds trips = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-01T11:00:00Z");
    assertThat(trips.readAll()).isOne();
    assertThat(trips.failures("trips").get("2024-03-01T07:00/0000")).contains("infinity");
    assertThat(trips.ids("trips").keySet())
        .containsExactly(
            "2024-03-01T06:00", "2024-03-01T08:00", "2024-03-01T09:00", "2024-03-01T10:00");

    trips.until("second", "2024-03-01T12:00:00Z").readAll();
    assertThat(trips.ids("trips")).containsKey("2024-03-01T11:00").hasSize(5);

    execute("UPDATE trips SET day = NULL");
    trips.until("third", "2024-03-01T12:00:00Z");
    assertThat(trips.readAll()).isOne();
    assertThat(trips.union("trips")).isEqualTo(table());
    assertThat(trips.plans("trips", "2024-03-01T08:00")).as("read once").isOne();
    assertThat(trips.plans("trips", "2024-03-01T07:00")).isEqualTo(3);
  }

  @Test
  void aLongHistoryIsReadInSeveralRoundsAlsoAfterAFailure() throws Exception {
    execute("UPDATE trips SET day = 'infinity' WHERE id = 0");
    TestRounds trips = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-23T00:00:00Z");
    assertThat(trips.readAll()).isEqualTo(2);
    assertThat(trips.failures("trips")).containsOnlyKeys("2024-03-01T06:00/0000");
    assertThat(trips.ids("trips")).hasSize(18 + 21 * 24 - 1);
    assertThat(trips.union("trips"))
        .isEqualTo(table("SELECT id FROM trips WHERE id > 9 ORDER BY 1"));
  }

  @Test
  void aRoundInterruptedIsPlannedAnew() throws Exception {
    TestRounds trips = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-01T12:00:00Z");
    try (TestRounds.Planned planned = trips.plan()) {
      planned.readOnly(3);
    }
    execute("INSERT INTO trips VALUES (1006, '2024-03-01 06:00:00Z')");
    assertThat(trips.readAll()).isOne();
    assertThat(trips.plans("trips", "2024-03-01T06:00")).isEqualTo(2);
    assertThat(trips.union("trips")).isEqualTo(table());
  }

  @Test
  void aRangeIsReadOnceMoreUnderALaterPlan() throws Exception {
    TestRounds trips = trips(hours(0, NullRows.ERROR)).until("first", "2024-03-01T11:00:00Z");
    trips.readAll();
    execute(
        """
        INSERT INTO trips VALUES (1006, '2024-03-01 06:30Z'), (1008, '2024-03-01 08:30Z'),
                                 (1005, '2024-03-01 05:30Z');
        """);
    trips.request("again", RunRange.parse("2024-03-01T05:00..2024-03-01T08:00"));
    assertThat(trips.readAll()).isOne();
    assertThat(trips.readAll()).isZero();
    assertThat(trips.plans("trips", "2024-03-01T06:00")).isEqualTo(2);
    assertThat(trips.plans("trips", "2024-03-01T08:00")).isOne();
    assertThat(trips.ids("trips").get("2024-03-01T05:00")).containsExactly(1005L);

    trips.until("second", "2024-03-01T12:00:00Z").readAll();
    assertThat(trips.union("trips"))
        .isEqualTo(table("SELECT id FROM trips WHERE id <> 1008 ORDER BY 1"));
  }

  @Test
  void largeWindowsAreDividedAndSeveralTablesComeTogether() throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS noisy, broken;
        CREATE TABLE noisy (id bigint, at timestamptz NOT NULL, pad text);
        INSERT INTO noisy SELECT n, timestamptz '2024-03-01 06:00Z' + n * interval '0.1 seconds',
                                 repeat('x', 1000) FROM generate_series(0, 59999) n;
        ANALYZE noisy;
        CREATE TABLE broken (id bigint);
        """);
    var both =
        new TestRounds(
                postgres,
                hours(0, NullRows.ERROR),
                Map.of("tables", List.of("public.*"), "exclude", List.of("public.b?d")))
            .until("first", "2024-03-01T12:00:00Z");
    try (TestRounds.Planned planned = both.plan()) {
      assertThat(planned.streams().get(0)).isEqualTo("noisy");
      assertThat(
              TestRounds.units(planned.round, "noisy").stream()
                  .filter(unit -> unit.run().value().equals("2024-03-01T06:00")))
          .hasSizeGreaterThan(1);
      planned.read();
    }
    assertThat(both.union("noisy")).isEqualTo(table("SELECT id FROM noisy ORDER BY 1"));
    assertThat(both.union("trips")).isEqualTo(table());
    assertThat(both.failures("broken").values())
        .singleElement()
        .asString()
        .contains("has no column \"at\"");
    assertThat(both.readAll()).as("what is broken is tried once a request").isZero();
    execute("DROP TABLE noisy, broken");
  }
}
