package io.millrace.connect.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Several tables under one snapshot. */
class TablesIT {
  private static final String RUN = "snapshot";
  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    execute("CREATE ROLE ingest LOGIN");
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  @BeforeEach
  void fill() throws SQLException {
    execute(
        """
        DROP SCHEMA IF EXISTS shop CASCADE;
        CREATE SCHEMA shop;
        CREATE TABLE shop.small (id bigint);
        INSERT INTO shop.small SELECT generate_series(1, 3);
        CREATE TABLE shop.big (id bigint PRIMARY KEY, pad text);
        INSERT INTO shop.big SELECT n, repeat('x', 1000) FROM generate_series(1, 60000) n;
        CREATE TABLE shop.middle (id bigint PRIMARY KEY, pad text);
        INSERT INTO shop.middle SELECT n, repeat('x', 100) FROM generate_series(1, 1000) n;
        GRANT USAGE ON SCHEMA shop TO ingest;
        GRANT SELECT ON ALL TABLES IN SCHEMA shop TO ingest;
        """);
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static TestRounds shop() {
    return new TestRounds(postgres, null, Map.of("tables", List.of("shop.*"), "user", "ingest"))
        .until("wish", "2024-01-01T00:00:00Z");
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  private static void assertArrivesWhole(TestRounds rounds) {
    assertThat(rounds.ids("big")).isEqualTo(Map.of(RUN, upTo(60_000)));
    assertThat(rounds.ids("small")).isEqualTo(Map.of(RUN, upTo(3)));
  }

  @Test
  void allSeeTheSameMomentTheBiggestIsReadFirst() throws Exception {
    TestRounds rounds = shop();
    try (TestRounds.Planned planned = rounds.plan()) {
      assertThat(planned.streams()).containsExactly("big", "middle", "small");
      assertThat(TestRounds.units(planned.round, "big")).hasSizeBetween(2, 8);
      assertThat(TestRounds.units(planned.round, "small")).hasSize(1);
      execute(
          """
          INSERT INTO shop.small VALUES (99);
          DELETE FROM shop.big WHERE id % 2 = 0;
          UPDATE shop.middle SET id = -id;
          """);
      planned.read();
    }
    assertArrivesWhole(rounds);
    assertThat(rounds.ids("middle")).isEqualTo(Map.of(RUN, upTo(1_000)));
    assertThat(rounds.readAll()).as("read once per request").isZero();
    rounds.until("another", "2024-01-01T00:00:00Z");
    assertThat(rounds.readAll()).isOne();
    assertThat(rounds.ids("small")).isEqualTo(Map.of(RUN, List.of(1L, 2L, 3L, 99L)));
  }

  @Test
  void aTableThatMayNotBeReadIsGivenUpAlone() throws Exception {
    execute("REVOKE SELECT ON shop.middle FROM ingest");
    TestRounds rounds = shop();
    assertThat(rounds.readAll()).isOne();
    assertArrivesWhole(rounds);
    assertThat(rounds.failures("middle")).hasSize(1).containsKey(RUN + "/0000");
    assertThat(rounds.failures("middle").get(RUN + "/0000"))
        .contains("shop.middle")
        .contains("GRANT SELECT");
    assertThat(rounds.readAll()).as("given up is done").isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "TRUNCATE shop.middle | truncated, rewritten or replaced",
        "DROP TABLE shop.middle | does not exist",
        "ALTER TABLE shop.middle ALTER id TYPE int | truncated, rewritten or replaced"
      })
  void aTableChangedSinceThePlanIsGivenUpAlone(String change, String reason) throws Exception {
    TestRounds rounds = shop();
    try (TestRounds.Planned planned = rounds.plan()) {
      execute(change);
      planned.read();
    }
    assertArrivesWhole(rounds);
    assertThat(rounds.ids("middle")).isEmpty();
    assertThat(rounds.failures("middle").values())
        .isNotEmpty()
        .allSatisfy(why -> assertThat(why).contains(reason).contains("since the plan was made"));
  }

  /** A row that only fails when it is read: the other Partitions of its run are given up, too. */
  @Test
  void aTableWithARowThatCannotBeReadIsGivenUpAlone() throws Exception {
    execute(
        """
        ALTER TABLE shop.big ADD day date;
        UPDATE shop.big SET day = 'infinity' WHERE id = 30000;
        """);
    TestRounds rounds = shop();
    int partitions;
    try (TestRounds.Planned planned = rounds.plan()) {
      partitions = TestRounds.units(planned.round, "big").size();
      planned.read();
    }
    assertThat(rounds.ids("big")).isEmpty();
    assertThat(rounds.ids("middle")).isEqualTo(Map.of(RUN, upTo(1_000)));
    assertThat(rounds.ids("small")).isEqualTo(Map.of(RUN, upTo(3)));
    assertThat(partitions).isGreaterThan(1);
    assertThat(rounds.failures("big").values())
        .isNotEmpty()
        .allSatisfy(why -> assertThat(why).contains("infinity"));
  }

  @Test
  void aViewThatFailsIsGivenUpAlone() throws Exception {
    execute(
        """
        CREATE VIEW shop.ratios AS SELECT id, 1 / (id - 2) AS ratio FROM shop.small;
        CREATE VIEW shop.smaller AS SELECT id FROM shop.small WHERE id < 3;
        GRANT SELECT ON shop.ratios, shop.smaller TO ingest;
        """);
    TestRounds rounds =
        new TestRounds(
                postgres,
                null,
                Map.of(
                    "tables",
                    List.of("shop.*", "shop.ratios", "shop.smaller", "shop.gone"),
                    "user",
                    "ingest"))
            .until("wish", "2024-01-01T00:00:00Z");
    assertThat(rounds.readAll()).isOne();
    assertArrivesWhole(rounds);
    assertThat(rounds.ids("smaller")).isEqualTo(Map.of(RUN, List.of(1L, 2L)));
    assertThat(rounds.failures("ratios").values())
        .singleElement()
        .asString()
        .contains("division by zero");
    assertThat(rounds.failures("gone").values())
        .singleElement()
        .asString()
        .contains("There is no table \"shop.gone\"");
  }

  @Test
  void aRoundOfWhichAPartWasReadIsPlannedAnewAndReadWhole() throws Exception {
    TestRounds rounds = shop();
    try (TestRounds.Planned planned = rounds.plan()) {
      planned.readOnly(2);
    }
    execute("INSERT INTO shop.small VALUES (4)");
    assertThat(rounds.readAll()).isOne();
    assertThat(rounds.ids("big")).isEqualTo(Map.of(RUN, upTo(60_000)));
    assertThat(rounds.ids("small")).isEqualTo(Map.of(RUN, upTo(4)));
  }
}
