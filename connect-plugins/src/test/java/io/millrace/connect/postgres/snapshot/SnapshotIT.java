package io.millrace.connect.postgres.snapshot;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.millrace.connect.TopicLog;
import io.millrace.connect.round.PlannedPartition;
import io.millrace.connect.round.SlotProgress;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.Bounds;
import io.millrace.core.MillraceException;
import io.millrace.core.wire.BatchHeader;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Plans and readers against a real server. */
class SnapshotIT {
  private static EmbeddedPostgres postgres;
  private static Connection sql;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres = EmbeddedPostgres.start(folder, Map.of("fsync", "off"));
    sql = DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
    execute(
        """
        CREATE TABLE numbers (id bigint PRIMARY KEY, k int, d date, t timestamp, z timestamptz,
                              pad text);
        INSERT INTO numbers
        SELECT n, nullif(n % 100, 7), date '1999-12-01' + (n % 90)::int,
               timestamp '2024-01-01' + n * interval '7 seconds',
               timestamptz '2024-01-01 00:00:00+02' + n * interval '11 hours', repeat('x', 100)
        FROM generate_series(1, 50000) n;
        """);
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static List<Long> longs(String query) throws SQLException {
    var values = new ArrayList<Long>();
    try (Statement statement = sql.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      while (rows.next()) {
        values.add(rows.getLong(1));
      }
    }
    return values;
  }

  private static TestReading plan(String table, String... partition) throws Exception {
    return new TestReading(
        postgres,
        table,
        partition.length == 0 ? Map.of() : Map.of("column", partition[0], "ranges", partition[1]));
  }

  private static List<Long> ids(TopicLog log, TestReading reading) {
    try (BufferAllocator allocator = new RootAllocator()) {
      List<Long> ids =
          TopicLog.longs(log.complete(reading.round.id().plan()).values(), "id", allocator);
      return ids.stream().sorted().toList();
    }
  }

  /** Reads the table whole and finds each of its ids once. */
  private static TopicLog assertReadsEachRowOnce(TestReading reading, List<Long> expected)
      throws InterruptedException {
    reading.start();
    TopicLog log = reading.readAll();
    assertThat(log.isWhole(reading.round.id().plan())).isTrue();
    assertThat(ids(log, reading)).isEqualTo(expected);
    return log;
  }

  @ParameterizedTest
  @CsvSource({"id,8,8", "k,8,9", "d,5,6", "t,4,5", "z,3,4", "k,100,101", "id,1,1"})
  void aColumnDividesTheTable(String column, String ranges, int partitions) throws Exception {
    for (boolean analyzed : new boolean[] {false, true}) {
      execute(
          analyzed
              ? "ANALYZE numbers"
              : "DELETE FROM pg_statistic WHERE starelid = 'numbers'::regclass");
      try (TestReading reading = plan("public.numbers", column, ranges)) {
        assertThat(reading.partitions()).hasSize(partitions);
        TopicLog log = assertReadsEachRowOnce(reading, longs("SELECT id FROM numbers ORDER BY id"));
        assertThat(largestShare(log))
            .isLessThan(Integer.parseInt(ranges) == 1 ? 1.1 : 1.9 / Integer.parseInt(ranges));
      }
    }
  }

  private static double largestShare(TopicLog log) {
    return log.entries().stream()
            .map(TopicLog.Entry::header)
            .filter(BatchHeader.PartitionEnd.class::isInstance)
            .mapToDouble(BatchHeader::rows)
            .max()
            .orElseThrow()
        / 50_000;
  }

  @Test
  void theKeyDividesTheTableUnlessAColumnIsGiven() throws Exception {
    try (TestReading reading = plan("public.numbers")) {
      assertThat(reading.partitions())
          .hasSize(8)
          .allSatisfy(p -> assertThat(((Bounds.Range) p.bounds()).column()).isEqualTo("id"));
      assertThat(reading.round.id().plan().nonce()).startsWith("wish");
      assertReadsEachRowOnce(reading, longs("SELECT id FROM numbers ORDER BY id"));
    }
  }

  @Test
  void withoutAKeyThePlaceOfTheRowsDivides() throws Exception {
    execute("DROP TABLE IF EXISTS heap; CREATE TABLE heap AS SELECT * FROM numbers");
    try (TestReading reading = plan("public.heap")) {
      assertThat(reading.partitions())
          .hasSize(8)
          .allSatisfy(p -> assertThat(((Bounds.Range) p.bounds()).column()).isEqualTo("ctid"));
      TopicLog log = assertReadsEachRowOnce(reading, longs("SELECT id FROM heap ORDER BY id"));
      assertThat(largestShare(log)).isLessThan(0.2);
    }
  }

  @Test
  void leavesOfAPartitionedTableAreReadWithIt() throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS parted;
        CREATE TABLE parted (id bigint NOT NULL, pad text) PARTITION BY RANGE (id);
        CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (3000);
        CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (3000) TO (9000);
        INSERT INTO parted SELECT n, repeat('x', 200) FROM generate_series(1, 8000) n;
        """);
    for (String[] column : new String[][] {{}, {"id", "4"}}) {
      try (TestReading reading = plan("public.parted", column)) {
        assertThat(reading.partitions()).hasSizeGreaterThan(1);
        assertReadsEachRowOnce(reading, longs("SELECT id FROM parted ORDER BY id"));
      }
    }
  }

  @Test
  void anEmptyTableIsOnePartitionWithoutRows() throws Exception {
    execute("DROP TABLE IF EXISTS nothing; CREATE TABLE nothing (id bigint PRIMARY KEY)");
    try (TestReading reading = plan("public.nothing")) {
      assertThat(reading.partitions())
          .containsExactly(new PlannedPartition("0000", new Bounds.Everything()));
      TopicLog log = assertReadsEachRowOnce(reading, List.of());
      assertThat(log.entries()).hasSize(1);
    }
  }

  @Test
  void oddNamesAreNoTrouble() throws Exception {
    execute(
        """
        DROP SCHEMA IF EXISTS "O'dd \\ "" schema" CASCADE;
        CREATE SCHEMA "O'dd \\ "" schema";
        CREATE TABLE "O'dd \\ "" schema"."trips" (id bigint, "sel""ect' x" int);
        INSERT INTO "O'dd \\ "" schema"."trips" SELECT n, n FROM generate_series(1, 10) n;
        """);
    try (TestReading reading = plan("O'dd \\ \" schema.trips", "sel\"ect' x", "3")) {
      assertReadsEachRowOnce(reading, longs("SELECT generate_series(1, 10)"));
    }
  }

  @Test
  void whatIsWrittenAfterThePlanIsNotSeen() throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS busy;
        CREATE TABLE busy AS SELECT n::bigint AS id, repeat('x', 100) AS pad
          FROM generate_series(1, 30000) n;
        ALTER TABLE busy ADD PRIMARY KEY (id);
        """);
    List<Long> expected = longs("SELECT id FROM busy ORDER BY id");
    try (TestReading reading = plan("public.busy")) {
      execute("INSERT INTO busy SELECT n, 'later' FROM generate_series(30001, 40000) n");
      reading.start();
      await().until(reading::poll);
      execute("DELETE FROM busy WHERE id % 2 = 0; UPDATE busy SET id = -id");
      TopicLog log = reading.readAll();
      assertThat(ids(log, reading)).isEqualTo(expected);
    }
  }

  /** NOT NULL holds for the table itself, and not for those that inherit from it. */
  @Test
  void nullsOfInheritingTablesAreRead() throws Exception {
    execute(
        """
        CREATE TABLE forebear (id bigint, k int NOT NULL);
        CREATE TABLE heir () INHERITS (forebear);
        ALTER TABLE heir ALTER k DROP NOT NULL;
        INSERT INTO forebear SELECT n, n FROM generate_series(1, 1000) n;
        INSERT INTO heir SELECT n, NULL FROM generate_series(1001, 1010) n;
        """);
    try (TestReading reading = plan("public.forebear", "k", "4")) {
      assertReadsEachRowOnce(reading, longs("SELECT id FROM forebear ORDER BY id"));
    }
  }

  @Test
  void aQueryWithQuestionMarksIsDivided() throws Exception {
    var what =
        Map.of(
            "query",
            "SELECT id FROM numbers WHERE '{\"a\": 1}'::jsonb ? 'a'",
            "stream",
            "asked",
            "partition",
            Map.of("column", "id", "ranges", "4"));
    try (TestReading reading = new TestReading(postgres, what)) {
      assertThat(reading.partitions()).hasSizeGreaterThan(3);
      assertReadsEachRowOnce(reading, longs("SELECT id FROM numbers ORDER BY id"));
    }
  }

  @Test
  void aMaterializedViewThatIsRefreshedUnderThePlanLosesThePlan() throws Exception {
    execute("CREATE MATERIALIZED VIEW seen AS SELECT id FROM numbers");
    try (TestReading reading = plan("public.seen")) {
      execute("REFRESH MATERIALIZED VIEW seen");
      reading.start();
      await().atMost(PATIENCE).until(() -> !reading.exporter().isAlive(sql));
      assertThat(reading.poll()).as("nothing was read").isFalse();
    } finally {
      execute("DROP MATERIALIZED VIEW seen");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "TRUNCATE shaped",
        "ALTER TABLE shaped ALTER COLUMN pad TYPE varchar(300)  USING pad || 'y'",
        "ALTER TABLE shaped DROP COLUMN pad",
        "ALTER TABLE shaped RENAME COLUMN pad TO padding",
        "DROP TABLE shaped",
        "DROP TABLE shaped; CREATE TABLE shaped (id bigint PRIMARY KEY, pad text)"
      })
  void aTableChangedUnderThePlanLosesThePlan(String change) throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS shaped;
        CREATE TABLE shaped AS SELECT n::bigint AS id, repeat('x', 100) AS pad
          FROM generate_series(1, 1000) n;
        """);
    try (TestReading reading = plan("public.shaped")) {
      assertThat(reading.exporter().isAlive(sql)).isTrue();
      execute(change);
      reading.start();
      await()
          .atMost(PATIENCE)
          .until(() -> !reading.exporter().isAlive(sql)); // so the connector hears of it
      assertThat(reading.poll()).as("nothing was read, nothing has failed yet").isFalse();
      assertThat(reading.isReading()).isTrue();
    }
  }

  @Test
  void withoutTheExporterTheTaskWaitsForAnotherPlan() throws Exception {
    try (TestReading reading = plan("public.numbers")) {
      reading.loseExporter();
      await().atMost(PATIENCE).until(() -> !reading.exporter().isAlive(sql));
      reading.start();
      for (int i = 0; i < 20; i++) {
        assertThat(reading.poll()).isFalse();
      }
      assertThat(reading.isReading()).isTrue();
    }
  }

  @Test
  void aLostSessionBeginsThePartitionAgainAsAnotherAttempt() throws Exception {
    execute(
        """
        DROP TABLE IF EXISTS wide;
        CREATE TABLE wide AS
          SELECT n::bigint AS id, (SELECT string_agg(md5(n || ':' || m), '') FROM generate_series(1, 60) m)
            AS noise
          FROM generate_series(1, 20000) n;
        """);
    try (TestReading reading = plan("public.wide")) {
      reading.start();
      while (reading.records.size() < 4) {
        reading.poll();
      }
      assertThat(
              longs(
                  "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                      + " WHERE application_name = 'millrace test read'"))
          .containsExactly(1L);
      TopicLog log = reading.readAll();
      assertThat(log.isWhole(reading.round.id().plan())).isTrue();
      assertThat(ids(log, reading)).isEqualTo(longs("SELECT id FROM wide ORDER BY id"));
      assertThat(log.entries())
          .extracting(entry -> entry.header().reading().attempt().number())
          .contains(2);
    }
  }

  @Test
  void finishedPartitionsAreNotReadAgainByTheNextTask() throws Exception {
    try (TestReading reading = plan("public.numbers", "k", "4")) {
      reading.start();
      reading.readAll();
      reading.stop();
      reading.records.clear();

      Map<String, String> last = StoredRounds.sourcePartition("test", 2);
      reading.offsets.store(
          last,
          new SlotProgress(
                  reading.round.id(),
                  reading.round.units().get(2).of(),
                  7,
                  new SlotProgress.Outcome.Begun())
              .toOffset());
      reading.start();
      await()
          .atMost(PATIENCE)
          .until(
              () -> {
                reading.poll();
                return !reading.isReading();
              });
      while (reading.poll()) {}
      assertThat(TopicLog.of(reading.records).entries())
          .isNotEmpty()
          .allSatisfy(
              entry -> {
                assertThat(entry.header().reading().unit().partition()).isEqualTo("0002");
                assertThat(entry.header().reading().attempt().number()).isEqualTo(8);
              });
    }
  }

  @Test
  void onlyThePartitionsEndSaysThatItIsFinished() throws Exception {
    try (TestReading reading = plan("public.numbers")) {
      reading.start();
      reading.readAll();
      assertThat(reading.records)
          .allSatisfy(
              record -> {
                boolean end =
                    TopicLog.of(List.of(record)).entries().get(0).header()
                        instanceof BatchHeader.PartitionEnd;
                assertThat(record.sourceOffset().containsKey("rows")).isEqualTo(end);
                assertThat(record.kafkaPartition()).isNull();
              });
    }
  }

  @Test
  void aValueWithoutAPlaceFailsTheTaskByName() throws Exception {
    execute("DROP TABLE IF EXISTS odd; CREATE TABLE odd AS SELECT 1 AS id, date 'infinity' AS day");
    try (TestReading reading = plan("public.odd")) {
      reading.start();
      assertThatThrownBy(
              () -> {
                while (true) {
                  reading.poll();
                }
              })
          .hasMessageContaining("public.odd.day")
          .hasMessageContaining("infinity")
          .hasCauseInstanceOf(MillraceException.class);
    }
  }

  @Test
  void laterPlansHaveLaterIds() throws Exception {
    try (TestReading first = plan("public.numbers");
        TestReading second = plan("public.numbers")) {
      assertThat(second.round.id().plan()).isGreaterThan(first.round.id().plan());
      assertThat(first.round.id().plan().epochMillis())
          .isCloseTo(System.currentTimeMillis(), Offset.offset(60_000L));
    }
  }
}
