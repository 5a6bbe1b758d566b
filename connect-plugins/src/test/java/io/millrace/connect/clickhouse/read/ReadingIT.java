package io.millrace.connect.clickhouse.read;

import static io.millrace.core.Patience.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.millrace.connect.TopicLog;
import io.millrace.connect.round.RecordQueue;
import io.millrace.core.Bounds;
import io.millrace.core.PlanId;
import io.millrace.core.server.ChdbServer;
import io.millrace.core.server.ChdbServer.Fault;
import io.millrace.core.window.NullRows;
import io.millrace.core.window.WindowOptions;
import io.millrace.core.wire.BatchHeader;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Planning and reading tables of a current ClickHouse, whatever happens meanwhile. */
class ReadingIT {
  private static final int ROWS = 300_000;
  private static ChdbServer server;

  @BeforeAll
  static void start() throws Exception {
    assumeTrue(ChdbServer.missing().isEmpty(), () -> ChdbServer.missing().orElse(""));
    server = ChdbServer.start();
    server.execute("CREATE DATABASE shop");
    server.execute(
        "CREATE TABLE shop.orders (id Int64, day Date, at DateTime64(3), maybe Nullable(Int32),"
            + " noise String) ENGINE = MergeTree ORDER BY id");
    server.execute(
        "INSERT INTO shop.orders SELECT number + 1, toDate('2024-05-01') + number % 3,"
            + " toDateTime64('2024-05-01 00:00:00', 3, 'UTC') + number, if(number % 10 = 0, NULL,"
            + " number %% 1000), hex(sipHash64(number)) FROM numbers(%d)".formatted(ROWS));
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      server.close();
    }
  }

  private static void assertHoldsEachOnce(TopicLog log, long rows) {
    PlanId plan = log.plans().get(log.plans().size() - 1);
    assertThat(log.isWhole(plan)).isTrue();
    try (BufferAllocator allocator = new RootAllocator()) {
      List<Long> ids = TopicLog.longs(log.complete(plan).values(), "id", allocator);
      assertThat(ids.stream().mapToLong(Long::longValue).sorted().toArray())
          .isEqualTo(LongStream.rangeClosed(1, rows).toArray());
    }
  }

  @Test
  void dividesByTheSortingKeyInEvenRanges() throws Exception {
    try (var reading = TestReading.of(server, Map.of("table", "shop.orders"))) {
      TopicLog log = reading.readAll();

      assertHoldsEachOnce(log, ROWS);
      assertThat(reading.bounds())
          .hasSize(8)
          .allSatisfy(bounds -> assertThat(bounds).isInstanceOf(Bounds.Range.class));
      assertThat(rowsByPartition(log))
          .allSatisfy(rows -> assertThat(rows).isBetween(ROWS / 12L, ROWS / 6L));
    }
  }

  private static List<Long> rowsByPartition(TopicLog log) {
    return log.entries().stream()
        .map(TopicLog.Entry::header)
        .filter(BatchHeader.PartitionEnd.class::isInstance)
        .map(BatchHeader::rows)
        .toList();
  }

  @Test
  void nullIsAPartitionOfItsOwn() throws Exception {
    Map<String, ?> options =
        Map.of("table", "shop.orders", "partition", Map.of("column", "maybe", "ranges", 3));
    try (var reading = TestReading.of(server, options)) {
      TopicLog log = reading.readAll();

      assertHoldsEachOnce(log, ROWS);
      assertThat(reading.bounds()).hasSize(4).contains(new Bounds.Nulls("maybe"));
      assertThat(rowsByPartition(log)).contains(ROWS / 10L);
    }
  }

  @Test
  void dividesByDaysAndByInstants() throws Exception {
    for (String column : List.of("day", "at")) {
      Map<String, ?> options =
          Map.of("table", "shop.orders", "partition", Map.of("column", column, "ranges", 3));
      try (var reading = TestReading.of(server, options)) {
        assertHoldsEachOnce(reading.readAll(), ROWS);
        assertThat(reading.bounds()).as(column).hasSizeBetween(2, 3);
      }
    }
  }

  @Test
  void aQueryIsOnePartitionUnlessAColumnIsNamed() throws Exception {
    String query = "SELECT id, upper(noise) AS noise FROM shop.orders WHERE id <= 1000; ";
    try (var reading = TestReading.of(server, Map.of("query", query, "stream", "few"))) {
      assertHoldsEachOnce(reading.readAll(), 1000);
      assertThat(reading.bounds()).containsExactly(new Bounds.Everything());
    }
    Map<String, ?> divided =
        Map.of("query", query, "stream", "few", "partition", Map.of("column", "id"));
    try (var reading = TestReading.of(server, divided)) {
      assertHoldsEachOnce(reading.readAll(), 1000);
      assertThat(reading.bounds()).hasSize(8);
    }
  }

  @Test
  void numbersOf64UnsignedBitsAreDividedToo() throws Exception {
    server.execute(
        "CREATE TABLE shop.big (u UInt64, id Int64) ENGINE = MergeTree ORDER BY u AS SELECT"
            + " 18446744073709551615 - number * 1000000000000 AS u, toInt64(number + 1) AS id FROM"
            + " numbers(10000)");
    try (var reading = TestReading.of(server, Map.of("table", "shop.big"))) {
      assertHoldsEachOnce(reading.readAll(), 10_000);
      assertThat(reading.bounds()).hasSize(8);
    }
  }

  @Test
  void whatTheServerCastsIsReadInRangesToo() throws Exception {
    server.execute(
        "CREATE TABLE shop.cast (id Int64, j JSON, v Variant(String, UInt8)) ENGINE = MergeTree"
            + " ORDER BY id");
    server.execute(
        "INSERT INTO shop.cast SELECT number + 1, '{\"a\": ' || toString(number) || '}',"
            + " if(number % 2 = 0, NULL, number % 7)::Variant(String, UInt8) FROM numbers(5000)");
    try (var reading = TestReading.of(server, Map.of("table", "shop.cast"))) {
      assertHoldsEachOnce(reading.readAll(), 5000);
      assertThat(reading.bounds()).hasSize(8);
    }
  }

  /** Every record would have to take all of it along. */
  @Test
  void aDictionaryThatIsLargerThanARecordIsNone() throws Exception {
    server.execute(
        "CREATE TABLE shop.stacks (id Int64, v LowCardinality(String)) ENGINE = MergeTree ORDER BY"
            + " id AS SELECT toInt64(number + 1), arrayStringConcat(arrayMap(i ->"
            + " hex(sipHash64(number % 2000, i)), range(64))) FROM numbers(10000)");
    Map<String, ?> options = Map.of("table", "shop.stacks", "partition", Map.of("ranges", 1));
    try (var reading = TestReading.of(server, options)) {
      assertHoldsEachOnce(reading.readAll(), 10_000);
    }
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerThatFailsIsReadAgainFromItsStart(Fault fault) throws Exception {
    server.fail(fault, 4_000_000, 2);
    Map<String, ?> options = Map.of("table", "shop.orders", "partition", Map.of("ranges", 2));
    try (var reading = TestReading.of(server, options)) {
      TopicLog log = reading.readAll();

      assertHoldsEachOnce(log, ROWS);
      assertThat(log.entries())
          .extracting(entry -> entry.header().reading().attempt().number())
          .contains(1, 2, 3);
    }
  }

  /** It would be an endless loop if progress within a Partition counted as progress. */
  @Test
  void anAnswerThatAlwaysFailsFailsTheTaskInTheServersWords() throws Exception {
    server.fail(Fault.THROW, 4_000_000, 1_000);
    Map<String, ?> options = Map.of("table", "shop.orders", "partition", Map.of("ranges", 2));
    try (var reading = TestReading.of(server, options)) {
      reading.clock = leapingBy(Duration.ofSeconds(30));
      assertThatThrownBy(reading::readAll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("throwIf");
    } finally {
      server.fail(Fault.CUT, 0, 0);
    }
  }

  /** Nobody takes their records: each waits with one in its hands. */
  @Test
  void severalConnectionsReadAtTheSameTime() throws Exception {
    Map<String, ?> options = Map.of("table", "shop.orders", "connections", 3, "batch_bytes", "16k");
    try (var reading = TestReading.of(server, options)) {
      reading.plan();
      reading.start();
      await().atMost(PATIENCE).until(() -> waitingReaders() >= 3);
      TopicLog log = reading.finish();

      assertHoldsEachOnce(log, ROWS);
      assertThat(reading.bounds()).hasSize(8);
    }
  }

  private static long waitingReaders() {
    return Thread.getAllStackTraces().values().stream()
        .filter(
            stack ->
                Arrays.stream(stack)
                    .anyMatch(
                        frame ->
                            frame.getClassName().equals(RecordQueue.class.getName())
                                && frame.getMethodName().equals("put")))
        .count();
  }

  @Test
  void ofSeveralConnectionsOneThatFailsFailsTheTask() throws Exception {
    server.execute(
        "CREATE TABLE shop.torn ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number + 1) AS id,"
            + " hex(sipHash64(number)) AS noise FROM numbers(100000)");
    server.execute("INSERT INTO shop.torn VALUES (100001, unhex('ff'))");
    Map<String, ?> options =
        Map.of("table", "shop.torn", "connections", 2, "partition", Map.of("ranges", 4));
    try (var reading = TestReading.of(server, options)) {
      assertThatThrownBy(reading::readAll)
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll("column noise", "ff", "UTF-8", "on_unrepresentable");
      assertThatThrownBy(reading::poll).as("for good").isInstanceOf(ConnectException.class);
    }
    Map<String, ?> lenient = Map.of("table", "shop.torn", "on_unrepresentable", "null");
    try (var reading = TestReading.of(server, lenient)) {
      assertHoldsEachOnce(reading.readAll(), 100_001);
    }
  }

  @Test
  void aTableThatIsAlteredAfterItWasPlannedIsAnErrorThatSaysSo() throws Exception {
    server.execute(
        "CREATE TABLE shop.altered ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number + 1) AS"
            + " id, toString(number) AS text FROM numbers(1000)");
    for (String alteration :
        List.of(
            "MODIFY COLUMN text Nullable(String)",
            "MODIFY COLUMN text LowCardinality(Nullable(String))",
            "ADD COLUMN more Int8")) {
      try (var reading = TestReading.of(server, Map.of("table", "shop.altered"))) {
        reading.plan();
        server.execute("ALTER TABLE shop.altered " + alteration);
        reading.start();

        assertThatThrownBy(reading::finish)
            .as(alteration)
            .isInstanceOf(ConnectException.class)
            .hasMessageContainingAll("shop.altered has other columns", "plans it anew");
        assertThat(reading.records).isEmpty();
        assertHoldsEachOnce(reading.readAll(), 1000);
      }
    }
  }

  /** Records of 16 KiB: the reader waits in its first Partition while the table is altered. */
  @Test
  void aTableThatIsAlteredBetweenItsPartitionsIsAnErrorToo() throws Exception {
    server.execute(
        "CREATE TABLE shop.between ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number + 1) AS"
            + " id, hex(sipHash64(number)) AS noise FROM numbers(100000)");
    Map<String, ?> options =
        Map.of("table", "shop.between", "batch_bytes", "16k", "partition", Map.of("ranges", 2));
    try (var reading = TestReading.of(server, options)) {
      reading.plan();
      reading.start();
      while (reading.records.isEmpty()) {
        reading.poll();
      }
      server.execute("ALTER TABLE shop.between MODIFY COLUMN noise Nullable(String)");

      assertThatThrownBy(reading::finish)
          .isInstanceOf(ConnectException.class)
          .hasMessageContainingAll("column noise", "the block has it as \"Nullable(String)\"");
    }
  }

  @Test
  void aServerThatIsKilledMeanwhileIsReadOnWhenItIsBack() throws Exception {
    ChdbServer mortal = ChdbServer.start();
    try {
      mortal.execute(
          "CREATE TABLE default.rows ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number + 1)"
              + " AS id, hex(sipHash64(number)) AS noise FROM numbers(%d)".formatted(ROWS));
      try (var reading = TestReading.of(mortal, Map.of("table", "default.rows"))) {
        reading.plan();
        reading.start();
        while (reading.records.size() < 5) {
          reading.poll();
        }
        mortal.kill();
        mortal = mortal.again();

        TopicLog log = reading.finish();
        assertHoldsEachOnce(log, ROWS);
        assertThat(log.entries())
            .extracting(entry -> entry.header().reading().attempt().number())
            .contains(2);
      }
    } finally {
      mortal.close();
    }
  }

  /** Reading all of it would take minutes, and nobody takes what is read. */
  @Test
  void aTaskStopsInTheMiddleOfAnAnswer() throws Exception {
    Map<String, ?> options =
        Map.of("query", "SELECT toInt64(number) AS id FROM numbers(3000000000)", "stream", "n");
    try (var reading = TestReading.of(server, options)) {
      reading.plan();
      reading.start();
      while (reading.records.size() < 2) {
        reading.poll();
      }
      reading.close();

      assertThat(reading.ends()).isZero();
    }
  }

  private static InstantSource leapingBy(Duration step) {
    var now = new AtomicReference<>(Instant.EPOCH);
    return () -> now.updateAndGet(last -> last.plus(step));
  }

  @Test
  void aRestartedTaskLeavesOutWhatIsFinished() throws Exception {
    try (var reading = TestReading.of(server, Map.of("table", "shop.orders"))) {
      assertHoldsEachOnce(reading.readAll(), ROWS);
      int before = reading.records.size();
      reading.close();
      reading.start();
      reading.poll();
      reading.poll();

      assertThat(reading.records).hasSize(before);
      assertThat(reading.plan()).as("nothing is due after it").isFalse();
    }
  }

  @Test
  void windowsAreReadWhenTheyAreOver() throws Exception {
    server.execute(
        "CREATE TABLE shop.hits (id Int64, at DateTime('Europe/Berlin')) ENGINE = MergeTree ORDER"
            + " BY at");
    server.execute(
        "INSERT INTO shop.hits SELECT number + 1, toStartOfDay(now('UTC')) - INTERVAL 4 DAY +"
            + " number * 60 FROM numbers(3000)");
    var days =
        new WindowOptions(
            "at", Optional.of(Duration.ofDays(1)), Duration.ZERO, "UTC", 4, NullRows.ERROR);
    try (var reading = TestReading.of(server, Map.of("table", "shop.hits"), days)) {
      TopicLog log = reading.readAll();
      assertThat(rowsByRun(log).values()).containsExactly(1440L, 1440L, 120L, 0L);
      assertThat(reading.plan()).as("nothing else is over").isFalse();
    }
  }

  private static SortedMap<String, Long> rowsByRun(TopicLog log) {
    var rows = new TreeMap<String, Long>();
    log.entries().stream()
        .map(TopicLog.Entry::header)
        .filter(BatchHeader.PartitionEnd.class::isInstance)
        .forEach(end -> rows.merge(end.reading().unit().run().value(), end.rows(), Long::sum));
    return rows;
  }

  @Test
  void ofSeveralTablesABrokenOneIsGivenUp() throws Exception {
    server.execute("CREATE DATABASE several");
    server.execute(
        "CREATE TABLE several.good ENGINE = MergeTree ORDER BY id AS SELECT toInt64(number + 1) AS"
            + " id FROM numbers(10)");
    server.execute(
        "CREATE TABLE several.bad (id Int64, s AggregateFunction(sum, Int64)) ENGINE = MergeTree"
            + " ORDER BY id");
    try (var reading = TestReading.of(server, Map.of("tables", List.of("several.*")))) {
      TopicLog log = reading.readAll();

      Map<String, BatchHeader> ends =
          log.entries().stream()
              .map(TopicLog.Entry::header)
              .filter(header -> !(header instanceof BatchHeader.Data))
              .collect(Collectors.toMap(header -> header.reading().unit().stream().name(), h -> h));
      assertThat(ends.get("good").rows()).isEqualTo(10);
      assertThat(ends.get("bad"))
          .isInstanceOfSatisfying(
              BatchHeader.PartitionFailed.class,
              failed ->
                  assertThat(failed.reason())
                      .contains("AggregateFunction", "finalizeAggregation", "s"));
    }
  }
}
