package io.millrace.connect.debezium.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.debezium.MariaDbServer;
import io.millrace.core.PlanId;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.kafka.connect.errors.ConnectException;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** Debezium's MariaDB connector within our task; Connect's part is played by {@link TaskRun}. */
class DebeziumTaskIT {
  private static final int ROUNDS = 2;
  private static final int SOAK_ROUNDS = 60;

  /** What the row of every type is, by Arrow: days and microseconds since 1970, bits of floats. */
  private static final Map<String, String> KINDS =
      Map.ofEntries(
          Map.entry("c_bool", "1"),
          Map.entry("c_tiny", "-128"),
          Map.entry("c_utiny", "255"),
          Map.entry("c_small", "-32768"),
          Map.entry("c_usmall", "65535"),
          Map.entry("c_medium", "-8388608"),
          Map.entry("c_int", "-2147483648"),
          Map.entry("c_uint", "4294967295"),
          Map.entry("c_big", "-9223372036854775808"),
          Map.entry("c_ubig", "18446744073709551615"),
          Map.entry("c_dec", "-12345678.91"),
          Map.entry("c_wide", "1234567890123456789012345678901234567.891"),
          Map.entry("c_wider", "12345678901234567890123456789012345678901234567890123456789012345"),
          Map.entry("c_float", "3fc00000"),
          Map.entry("c_double", "0010000000000000"),
          Map.entry("c_bit", "1000000011"),
          Map.entry("c_bit1", "true"),
          Map.entry("c_char", "äß€"),
          Map.entry("c_varchar", "ein 'Wort' 😀"),
          Map.entry("c_text", "Text"),
          Map.entry("c_binary", "00ff0000"),
          Map.entry("c_varbinary", "010203"),
          Map.entry("c_blob", "deadbeef"),
          Map.entry("c_enum", "b c"),
          Map.entry("c_set", "x,z"),
          Map.entry("c_json", "{\"a\": [1, 2]}"),
          Map.entry("c_date", "19782"),
          Map.entry("c_time", "86399123456"),
          Map.entry("c_time0", "1000000"),
          Map.entry("c_datetime", "1709210096000000"),
          Map.entry("c_datetime6", "253402300799999999"),
          Map.entry("c_ts", "1709210096123456"),
          Map.entry("c_year", "2024"));

  private static MariaDbServer server;
  private static Connection sql;

  @TempDir private Path folder;
  private TaskRun run;

  @BeforeAll
  static void start() throws Exception {
    Assumptions.assumeTrue(
        MariaDbServer.missing().isEmpty(), () -> MariaDbServer.missing().orElseThrow());
    server = MariaDbServer.start();
    sql = server.connect();
  }

  @AfterAll
  static void stop() throws Exception {
    if (server != null) {
      sql.close();
      server.close();
    }
  }

  @BeforeEach
  void makeTables() throws SQLException {
    execute(
        """
        DROP DATABASE IF EXISTS shop;
        CREATE DATABASE shop;
        CREATE TABLE shop.items (id int PRIMARY KEY, val varchar(100));
        CREATE TABLE shop.notes (id int PRIMARY KEY, val varchar(100));
        """);
    run = new TaskRun(properties());
  }

  @AfterEach
  void stopTask() {
    run.close();
  }

  private Map<String, String> properties() {
    var properties = new HashMap<String, String>();
    properties.put("millrace.pipeline", "app");
    properties.put("connector_class", "io.debezium.connector.mariadb.MariaDbConnector");
    properties.put("tables", "shop.items,shop.notes");
    properties.put("properties.database.hostname", "127.0.0.1");
    properties.put("properties.database.port", Integer.toString(server.port()));
    properties.put("properties.database.user", "ingest");
    properties.put("properties.database.server.id", "7001");
    properties.put(
        "properties.schema.history.internal", "io.debezium.storage.file.history.FileSchemaHistory");
    properties.put(
        "properties.schema.history.internal.file.filename", folder.resolve("history").toString());
    properties.put("secrets.database.password", MariaDbServer.PASSWORD);
    properties.put("properties.poll.interval.ms", "50");
    properties.put("changes.buckets", "4");
    properties.put("changes.batch_age", "50ms");
    properties.put("changes.tick", "300ms");
    return properties;
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static List<String> texts(List<ChangeLog.Row> rows) {
    return rows.stream()
        .map(
            row ->
                "%s %s %s"
                    .formatted(
                        row.values().get("_op"), row.values().get("id"), row.values().get("val")))
        .toList();
  }

  @Test
  void rowsThatAreThereComeAsInsertsAndThenTheChanges() throws Exception {
    execute("INSERT INTO shop.items VALUES (1, 'one'), (2, 'two'), (3, NULL)");
    run.pollUntil(() -> run.rows("items").size() == 3);
    execute(
        """
        INSERT INTO shop.items VALUES (4, 'four');
        UPDATE shop.items SET val = 'zwei' WHERE id = 2;
        DELETE FROM shop.items WHERE id = 1;
        UPDATE shop.items SET id = 5 WHERE id = 3;
        """);
    run.pollUntil(() -> run.rows("items").size() == 8);
    assertThat(texts(run.rows("items")))
        .containsExactly(
            "insert 1 one",
            "insert 2 two",
            "insert 3 null",
            "insert 4 four",
            "update 2 zwei",
            "delete 1 null",
            "delete 3 null",
            "insert 5 null");
  }

  /** What a stream must hold, in its order, as a writer in one session has made it. */
  private static final class Writer {
    private final Random random;
    private final Map<String, List<String>> expected = new HashMap<>();
    private final Map<String, TreeMap<Integer, String>> tables = new HashMap<>();
    private int next;

    Writer(long seed) {
      random = new Random(seed);
      for (String table : List.of("items", "notes")) {
        expected.put(table, new ArrayList<>());
        tables.put(table, new TreeMap<>());
      }
    }

    /** A transaction of a few statements, some of which change several rows. */
    void commit() throws SQLException {
      execute("START TRANSACTION");
      for (int i = random.nextInt(4); i >= 0; i--) {
        change(random.nextInt(3) == 0 ? "notes" : "items");
      }
      execute("COMMIT");
    }

    private void change(String table) throws SQLException {
      TreeMap<Integer, String> rows = tables.get(table);
      List<String> changes = expected.get(table);
      int kind = rows.size() < 5 ? 0 : random.nextInt(4);
      int id = ++next;
      if (kind == 0) {
        execute(
            "INSERT INTO shop.%s VALUES (%d, 'a%d'), (%d, NULL)".formatted(table, id, id, ++next));
        rows.put(id, "a" + id);
        rows.put(next, null);
        changes.add("insert %d a%d".formatted(id, id));
        changes.add("insert %d null".formatted(next));
        return;
      }
      int old = rows.ceilingKey(rows.firstKey() + random.nextInt(rows.size() - 2));
      switch (kind) {
        case 1 -> {
          int last = rows.higherKey(old);
          execute(
              "UPDATE shop.%s SET val = 'b%d' WHERE id IN (%d, %d) ORDER BY id"
                  .formatted(table, id, old, last));
          for (int each : List.of(old, last)) {
            rows.put(each, "b" + id);
            changes.add("update %d b%d".formatted(each, id));
          }
        }
        case 2 -> {
          execute("DELETE FROM shop.%s WHERE id = %d".formatted(table, old));
          rows.remove(old);
          changes.add("delete %d null".formatted(old));
        }
        default -> {
          execute("UPDATE shop.%s SET id = %d WHERE id = %d".formatted(table, id, old));
          String val = rows.remove(old);
          rows.put(id, val);
          changes.add("delete %d null".formatted(old));
          changes.add("insert %d %s".formatted(id, val));
        }
      }
    }

    boolean isIn(TaskRun run) {
      return expected.entrySet().stream()
          .allMatch(each -> run.rows(each.getKey()).size() >= each.getValue().size());
    }
  }

  @Test
  @Tag("soak")
  void aTaskThatIsRestartedOftenLosesNothingAndSendsNothingTwice() throws Exception {
    restartAnywhere(SOAK_ROUNDS);
  }

  @Test
  void aTaskThatIsRestartedAnywhereLosesNothingAndSendsNothingTwice() throws Exception {
    restartAnywhere(ROUNDS);
  }

  private void restartAnywhere(int rounds) throws Exception {
    long seed = Long.getLong("millrace.seed", System.nanoTime());
    System.out.println("DebeziumTaskIT: -Dmillrace.seed=" + seed);
    var random = new Random(seed);
    var writer = new Writer(seed);
    for (int i = 0; i < 5; i++) {
      writer.commit();
    }
    // a snapshot shows rows, not changes
    writer.expected.replaceAll(
        (table, changes) -> {
          var rows = new ArrayList<String>();
          writer
              .tables
              .get(table)
              .forEach((id, val) -> rows.add("insert %d %s".formatted(id, val)));
          return rows;
        });
    run.pollUntil(() -> writer.isIn(run) && isWhole(run, run.delivered().size() - 1));
    int stored = run.delivered().size() - 1;
    run.store(stored);
    for (int round = 0; round < rounds; round++) {
      for (int i = 0; i < 10; i++) {
        writer.commit();
      }
      if (random.nextBoolean()) {
        run.pollUntil(() -> writer.isIn(run));
      } else {
        int before = run.delivered().size();
        run.pollUntil(() -> run.delivered().size() > before);
      }
      stored += random.nextInt(run.delivered().size() - stored);
      run.store(stored);
      run.lose(stored + 1 + random.nextInt(run.delivered().size() - stored));
      run.close();
    }
    writer.commit();
    run.pollUntil(() -> writer.isIn(run));
    Map<String, List<ChangeLog.Row>> rows = run.log().rows();
    assertThat(texts(rows.get("items"))).isEqualTo(writer.expected.get("items"));
    assertThat(texts(rows.get("notes"))).isEqualTo(writer.expected.get("notes"));
  }

  /** Whether the snapshot is over in what a record's offset says. */
  private static boolean isWhole(TaskRun run, int record) {
    return Checkpoint.of(
            run.delivered().get(record).sourceOffset().entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, e -> (Object) e.getValue())))
        .orElseThrow()
        .isWhole();
  }

  @Test
  void aSnapshotThatWasCutOffBeginsAnewAsAnotherGeneration() throws Exception {
    execute("INSERT INTO shop.items SELECT seq, repeat('x', 90) FROM shop.seq_0_to_399");
    run.with("changes.batch_age", "10ms")
        .with("properties.max.batch.size", "50")
        .with("properties.max.queue.size", "100");
    run.pollUntil(() -> run.delivered().size() >= 2);
    PlanId first = generation(run.delivered().get(0));
    assertThat(isWhole(run, 1)).isFalse();
    run.store(1);
    run.lose(2);
    run.close();
    execute("DELETE FROM shop.items WHERE id < 10");
    run.delivered().clear();
    run.pollUntil(() -> run.rows("items").size() == 390);
    PlanId second = generation(run.delivered().get(0));
    assertThat(second).isGreaterThan(first);
    run.pollUntil(() -> isWhole(run, run.delivered().size() - 1));
    run.store(run.delivered().size() - 1);
    run.close();
    execute("INSERT INTO shop.items VALUES (1000, 'later')");
    run.pollUntil(() -> run.rows("items").size() == 391);
    assertThat(run.delivered()).allMatch(record -> generation(record).equals(second));
  }

  private static PlanId generation(SourceRecord record) {
    return PlanId.parse((String) record.sourceOffset().get("generation"));
  }

  @Test
  void tablesThatAreAlteredTruncatedOrWithoutAKeyAreRead() throws Exception {
    execute("CREATE TABLE shop.plain (a int, b text)");
    execute("INSERT INTO shop.items VALUES (1, 'one')");
    run.with("tables", "shop.items,shop.plain");
    run.pollUntil(() -> run.rows("items").size() == 1);
    execute(
        """
        ALTER TABLE shop.items ADD COLUMN more bigint;
        INSERT INTO shop.items VALUES (2, 'two', 22);
        TRUNCATE TABLE shop.items;
        INSERT INTO shop.plain VALUES (1, 'x'), (1, 'x');
        UPDATE shop.plain SET b = 'y' LIMIT 1;
        DELETE FROM shop.plain WHERE b = 'x';
        """);
    run.pollUntil(() -> run.rows("items").size() == 6 && run.rows("plain").size() == 4);
    assertThat(run.rows("items").stream().map(row -> row.values().get("more")))
        .containsExactly(null, "22", null, null, null, null);
    assertThat(texts(run.rows("items")).subList(2, 6)).containsOnly("truncate null null");
    assertThat(
            run.rows("plain").stream()
                .map(
                    row ->
                        row.values().get("_op")
                            + " "
                            + row.values().get("b")
                            + " "
                            + row.values().get("_before")))
        .containsExactly("insert x null", "insert x null", "update y (1|x)", "delete null (1|x)");
  }

  @Test
  void everyCommonTypeComesAsItIsFromSnapshotAndLog() throws Exception {
    execute(
        """
        CREATE TABLE shop.kinds (
          id int PRIMARY KEY,
          c_bool boolean, c_tiny tinyint, c_utiny tinyint unsigned, c_small smallint,
          c_usmall smallint unsigned, c_medium mediumint, c_int int, c_uint int unsigned,
          c_big bigint, c_ubig bigint unsigned, c_dec decimal(10,2), c_wide decimal(40,3),
          c_wider decimal(65,0), c_float float, c_double double, c_bit bit(10), c_bit1 bit(1), c_char char(3), c_varchar varchar(20),
          c_text text, c_binary binary(4), c_varbinary varbinary(9), c_blob blob,
          c_enum enum('a','b c'), c_set set('x','y','z'), c_json json, c_date date, c_time time(6), c_time0 time,
          c_datetime datetime, c_datetime6 datetime(6), c_ts timestamp(6) NULL, c_year year);
        """);
    String row =
        """
        INSERT INTO shop.kinds VALUES (%d, true, -128, 255, -32768, 65535, -8388608, -2147483648,
          4294967295, -9223372036854775808, 18446744073709551615, -12345678.91,
          1234567890123456789012345678901234567.891, 12345678901234567890123456789012345678901234567890123456789012345,
          1.5, 2.2250738585072014E-308, b'1000000011', b'1',
          'äß€', 'ein ''Wort'' 😀', 'Text', 0x00ff, 0x010203, 0xdeadbeef, 'b c', 'x,z', '{"a": [1, 2]}',
          '2024-02-29', '23:59:59.123456', '00:00:01', '2024-02-29 12:34:56', '9999-12-31 23:59:59.999999', '2024-02-29 12:34:56.123456',
          2024)
        """;
    execute(row.formatted(1));
    execute("INSERT INTO shop.kinds (id) VALUES (2)");
    run.with("tables", "shop.kinds");
    run.pollUntil(() -> run.rows("kinds").size() == 2);
    execute(row.formatted(3));
    execute("INSERT INTO shop.kinds (id) VALUES (4)");
    run.pollUntil(() -> run.rows("kinds").size() == 4);
    List<Map<String, String>> rows = run.rows("kinds").stream().map(ChangeLog.Row::values).toList();
    assertThat(rows.get(0)).containsAllEntriesOf(KINDS);
    rows.get(0)
        .forEach(
            (name, value) -> {
              if (name.startsWith("c_")) {
                assertThat(rows.get(2).get(name)).as("%s by the log", name).isEqualTo(value);
                assertThat(rows.get(1).get(name)).as("%s NULL in the snapshot", name).isNull();
                assertThat(rows.get(3).get(name)).as("%s NULL by the log", name).isNull();
              }
            });
  }

  @Test
  void aKeyThatIsDroppedInMidStreamIsRefused() throws Exception {
    execute("CREATE TABLE shop.keyed (id int NOT NULL, n int, PRIMARY KEY (id))");
    execute("INSERT INTO shop.keyed VALUES (1, 1)");
    run.with("tables", "shop.keyed");
    run.pollUntil(() -> run.rows("keyed").size() == 1);
    execute("TRUNCATE shop.keyed");
    execute("INSERT INTO shop.keyed VALUES (2, 2)");
    run.pollUntil(() -> run.rows("keyed").size() > 2);
    execute("ALTER TABLE shop.keyed DROP PRIMARY KEY");
    execute("DELETE FROM shop.keyed");
    assertThatThrownBy(() -> run.pollUntil(() -> false))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("The key of shop.keyed is [] now");
  }

  @Test
  void whatDebeziumWouldReadWrongIsRefused() throws Exception {
    execute("CREATE TABLE shop.names (id int PRIMARY KEY, name uuid)");
    execute("INSERT INTO shop.names VALUES (1, NULL)");
    run.with("tables", "shop.names");
    assertThatThrownBy(() -> run.pollUntil(() -> false))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("shop.names")
        .hasMessageContaining("\"name\" is a UUID");
  }

  @Test
  void aValueWithoutAPlaceIsAnErrorThatNamesItAndCanBeNulled() throws Exception {
    execute("CREATE TABLE shop.spans (id int PRIMARY KEY, span time)");
    execute("INSERT INTO shop.spans VALUES (1, '-01:00:00')");
    run.with("tables", "shop.spans");
    assertThatThrownBy(() -> run.pollUntil(() -> false))
        .isInstanceOf(ConnectException.class)
        .hasMessageContaining("shop.spans")
        .hasMessageContaining("column span")
        .hasMessageContaining("on_unrepresentable");
    run.close();
    run.with("on_unrepresentable", "null");
    run.pollUntil(() -> run.rows("spans").size() == 1);
    assertThat(run.rows("spans").get(0).values().get("span")).isNull();
  }

  @Test
  void aPasswordIsNeitherToldNorLogged() throws Exception {
    var told = new ListAppender<ILoggingEvent>();
    var root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    told.start();
    root.addAppender(told);
    try {
      run.with("secrets.database.password", "wrong-word-4711");
      assertThatThrownBy(() -> run.pollUntil(() -> false))
          .isInstanceOf(ConnectException.class)
          .hasMessageContaining("Access denied")
          .hasMessageNotContaining("wrong-word-4711");
    } finally {
      root.detachAppender(told);
    }
    assertThat(told.list).isNotEmpty();
    assertThat(told.list.stream().map(ILoggingEvent::getFormattedMessage))
        .noneMatch(text -> text.contains("wrong-word-4711"));
  }
}
