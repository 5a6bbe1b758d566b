package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.change.ChangeLog;
import io.millrace.connect.postgres.slot.Lsn;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ChangeHeader;
import io.millrace.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The task that reads a slot of a real server; Connect's part is played by {@link TaskRun}. */
class ChangesTaskIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static EmbeddedPostgres postgres;
  private static Connection sql;

  private String slot;
  private TaskRun run;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    postgres =
        EmbeddedPostgres.start(folder, Map.of("fsync", "off", "track_commit_timestamp", "on"));
    sql = connect();
  }

  private static Connection connect() throws SQLException {
    return DriverManager.getConnection(postgres.jdbcUrl(), postgres.user(), null);
  }

  @AfterAll
  static void stop() throws SQLException {
    sql.close();
    postgres.close();
  }

  @BeforeEach
  void makeTables() throws SQLException {
    slot = "s" + NUMBER.incrementAndGet();
    execute(
        """
        DROP TABLE IF EXISTS items, notes, audit, later;
        CREATE TABLE items (id int PRIMARY KEY, val text);
        CREATE TABLE notes (id int PRIMARY KEY, val text);
        CREATE TABLE audit (n bigserial, tx bigint, stream text, op text, id int, val text);
        CREATE OR REPLACE FUNCTION log_change() RETURNS trigger LANGUAGE plpgsql AS $$
          DECLARE tx bigint := pg_current_xact_id()::text::bigint;
          BEGIN
            IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND OLD.id <> NEW.id) THEN
              INSERT INTO audit (tx, stream, op, id) VALUES (tx, TG_TABLE_NAME, 'delete', OLD.id);
            END IF;
            IF TG_OP <> 'DELETE' THEN
              INSERT INTO audit (tx, stream, op, id, val) VALUES (tx, TG_TABLE_NAME,
                CASE WHEN TG_OP = 'UPDATE' AND OLD.id = NEW.id THEN 'update' ELSE 'insert' END,
                NEW.id, NEW.val);
            END IF;
            RETURN NULL;
          END $$;
        CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON items
          FOR EACH ROW EXECUTE FUNCTION log_change();
        CREATE TRIGGER log AFTER INSERT OR UPDATE OR DELETE ON notes
          FOR EACH ROW EXECUTE FUNCTION log_change();
        """);
    run = new TaskRun(properties("[public.items, public.notes]"));
  }

  @AfterEach
  void dropSlot() throws SQLException {
    run.close();
    await("SELECT count(*) FROM pg_replication_slots WHERE active", 0);
    execute("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots");
    execute("DROP PUBLICATION IF EXISTS " + slot);
  }

  private Map<String, String> properties(String tables) {
    var properties = new HashMap<String, String>();
    properties.put("millrace.pipeline", "app");
    properties.put("mode", "changes");
    properties.put("url", postgres.jdbcUrl());
    properties.put("user", postgres.user());
    properties.put("tables", tables.replaceAll("[\\[\\] ]", ""));
    properties.put("changes.slot", slot);
    properties.put("changes.buckets", "4");
    properties.put("changes.batch_age", "50ms");
    properties.put("changes.tick", "200ms");
    properties.put("changes.heartbeat", "0s");
    return properties;
  }

  private static void execute(String statements) throws SQLException {
    try (Statement statement = sql.createStatement()) {
      statement.execute(statements);
    }
  }

  private static String one(String query) throws SQLException {
    try (Statement statement = sql.createStatement();
        ResultSet row = statement.executeQuery(query)) {
      row.next();
      return row.getString(1);
    }
  }

  private static void await(String query, int count) throws SQLException {
    long end = System.nanoTime() + 60_000_000_000L;
    while (!one(query).equals(Integer.toString(count))) {
      if (System.nanoTime() > end) {
        throw new AssertionError(query + ": " + one(query));
      }
      Thread.onSpinWait();
    }
  }

  private static long end() throws SQLException {
    return Lsn.parse(one("SELECT pg_current_wal_insert_lsn()"));
  }

  private long confirmed() throws SQLException {
    return Lsn.parse(
        one(
            "SELECT confirmed_flush_lsn FROM pg_replication_slots WHERE slot_name = '"
                + slot
                + "'"));
  }

  /** Makes the slot: what is committed from now on will be read. */
  private void begin() throws InterruptedException, SQLException {
    run.poll();
    assertThat(one("SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + slot + "'"))
        .isEqualTo("1");
  }

  /** A tick every now and then says that all is delivered. */
  private void readAll() throws InterruptedException, SQLException {
    run.pollTo(end());
  }

  /** What the triggers have seen of a table, in the words of {@link #changes}. */
  private static List<String> audited(String table) throws SQLException {
    var lines = new ArrayList<String>();
    try (Statement statement = sql.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT tx, op, id, val FROM audit WHERE stream = '%s' ORDER BY tx, n"
                    .formatted(table))) {
      while (row.next()) {
        lines.add(
            "%s %s %s %s"
                .formatted(row.getString(1), row.getString(2), row.getString(3), row.getString(4)));
      }
    }
    return lines;
  }

  /** The changes in the log, those of each transaction in their order, transactions by number. */
  private static List<String> changes(ChangeLog log, String stream) {
    return log.rows().getOrDefault(stream, List.of()).stream()
        .map(ChangeLog.Row::values)
        .sorted((a, b) -> Long.compare(Long.parseLong(a.get("_tx")), Long.parseLong(b.get("_tx"))))
        .map(
            row ->
                "%s %s %s %s"
                    .formatted(row.get("_tx"), row.get("_op"), row.get("id"), row.get("val")))
        .toList();
  }

  private void assertExact() throws SQLException {
    for (String table : List.of("items", "notes")) {
      assertThat(changes(run.log(), table)).isEqualTo(audited(table));
    }
  }

  @Test
  void everyCommittedChangeComesOnceAndTicksCloseEveryBucket() throws Exception {
    begin();
    execute(
        """
        INSERT INTO items SELECT n, 'a' || n FROM generate_series(1, 50) n;
        INSERT INTO notes VALUES (1, 'x');
        """);
    execute("UPDATE items SET val = 'b' WHERE id % 7 = 0; DELETE FROM items WHERE id % 5 = 0");
    execute("UPDATE items SET id = id + 100 WHERE id < 4");
    execute("BEGIN; INSERT INTO items VALUES (900, 'gone'); ROLLBACK");
    execute(
        """
        BEGIN;
        INSERT INTO notes VALUES (2, 'y');
        SAVEPOINT a;
        INSERT INTO notes VALUES (3, 'z');
        ROLLBACK TO a;
        INSERT INTO items VALUES (901, 'kept');
        COMMIT;
        """);
    readAll();
    run.pollUntil(() -> run.log().ticks().size() >= 8);
    assertExact();
    ChangeLog log = run.log();
    assertThat(log.ticks()).hasSizeGreaterThanOrEqualTo(8);
    ChangeHeader.Tick last = log.ticks().get(log.ticks().size() - 1);
    assertThat(log.headers())
        .filteredOn(h -> h.last().equals(last.last()))
        .as("the same tick in every bucket of every stream")
        .extracting(h -> h.bucket().stream().name() + h.bucket().number())
        .contains("items0", "items1", "items2", "items3", "notes0", "notes1", "notes2", "notes3");
    var chains = new HashMap<Bucket, Position>();
    for (ChangeHeader header : log.headers()) {
      assertThat(header.after()).isEqualTo(chains.getOrDefault(header.bucket(), Position.START));
      chains.put(header.bucket(), header.last());
    }
    assertThat(log.headers().get(0).bucket().generation())
        .satisfies(
            generation -> {
              assertThat(generation.slot()).isEqualTo(slot);
              assertThat(generation.key()).containsExactly("id");
              assertThat(generation.buckets()).isEqualTo(4);
            });
  }

  @Test
  void restartsAtAnyRecordLeaveNoGapAndSendNothingElse() throws Exception {
    begin();
    long seed = System.nanoTime();
    var random = new Random(seed);
    var stopped = new AtomicBoolean();
    var writers = new ArrayList<Thread>();
    for (int writer = 0; writer < 3; writer++) {
      int from = writer * 1000;
      var thread = new Thread(() -> write(new Random(seed + from), from, stopped));
      writers.add(thread);
      thread.start();
    }
    int stored = -1;
    for (int round = 0; round < 12; round++) {
      int size = run.delivered().size() + 1 + random.nextInt(30);
      run.pollUntil(() -> run.delivered().size() >= size);
      int delivered = run.delivered().size();
      stored = Math.max(stored, delivered - 1 - random.nextInt(Math.min(delivered, 20)));
      run.store(stored);
      awaitConfirmed();
      run.close();
      run.lose(stored + 1 + random.nextInt(2) * random.nextInt(run.delivered().size() - stored));
      await("SELECT count(*) FROM pg_replication_slots WHERE active", 0);
    }
    stopped.set(true);
    for (Thread writer : writers) {
      writer.join();
    }
    readAll();
    try {
      assertExact();
    } catch (AssertionError e) {
      throw new AssertionError("seed " + seed, e);
    }
    run.storeLast();
    awaitConfirmed();
  }

  /** The slot must come to what is stored, and stay there. */
  private void awaitConfirmed() throws InterruptedException, SQLException {
    long before = confirmed();
    assertThat(before).isLessThanOrEqualTo(run.stored());
    if (run.isRunning()) {
      run.pollUntil(() -> before == run.stored() || unchecked(this::confirmed) != before);
      assertThat(confirmed()).as("confirmed").isEqualTo(run.stored());
    }
  }

  private interface Asking {
    long ask() throws SQLException;
  }

  private static long unchecked(Asking asking) {
    try {
      return asking.ask();
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static void write(Random random, int from, AtomicBoolean stopped) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      for (int i = 0; !stopped.get(); i++) {
        var transaction = new StringBuilder("BEGIN;");
        for (int change = random.nextInt(6); change >= 0; change--) {
          String table = random.nextInt(4) == 0 ? "notes" : "items";
          int id = from + random.nextInt(40);
          transaction.append(
              switch (random.nextInt(5)) {
                case 0 -> "DELETE FROM %s WHERE id = %d;".formatted(table, id);
                case 1 ->
                    "UPDATE %1$s SET id = %3$d WHERE id = %2$d AND NOT EXISTS (SELECT FROM %1$s WHERE id = %3$d);"
                        .formatted(table, id, from + random.nextInt(40));
                case 2 ->
                    "SAVEPOINT s; UPDATE %1$s SET val = 'undone' WHERE id BETWEEN %2$d AND %2$d + 5; ROLLBACK TO s;"
                        .formatted(table, id);
                default ->
                    "INSERT INTO %s VALUES (%d, 'v%d') ON CONFLICT (id) DO UPDATE SET val = excluded.val;"
                        .formatted(table, id, i);
              });
        }
        statement.execute(
            transaction.append(random.nextInt(8) == 0 ? "ROLLBACK" : "COMMIT").toString());
        Thread.sleep(2);
      }
    } catch (SQLException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aTaskStoppedWithinATransactionReadsItAgainAsAWhole() throws Exception {
    run.with("batch_bytes", "16k");
    begin();
    execute("INSERT INTO notes VALUES (1, 'before')");
    readAll();
    run.storeLast();
    long before = run.stored();
    execute("INSERT INTO items SELECT n, md5(n::text) FROM generate_series(1, 20000) n");
    int delivered = run.delivered().size();
    run.pollUntil(() -> run.log().entries().size() > delivered + 3);
    assertThat(run.place(run.delivered().size() - 1))
        .as("records of a transaction that is not whole do not move the place beyond it")
        .isLessThan(end());
    run.storeLast();
    assertThat(run.stored()).isGreaterThanOrEqualTo(before);
    run.close();
    readAll();
    assertExact();
  }

  @Test
  void aBigTransactionStreamsThroughWithinBoundedMemory() throws Exception {
    run.with("changes.buckets", "16");
    begin();
    execute("ALTER TABLE items DISABLE TRIGGER log");
    execute(
        "INSERT INTO items SELECT n, repeat(md5(n::text), 8) FROM generate_series(1, 200000) n");
    run.pollUntil(() -> run.log().headers().stream().mapToLong(ChangeHeader::rows).sum() > 0);
    readAll();
    List<ChangeLog.Row> rows = run.log().rows().get("items");
    assertThat(rows).hasSize(200_000);
    assertThat(rows)
        .extracting(row -> row.position().commit())
        .containsOnly(rows.get(0).position().commit());
    assertThat(rows).extracting(row -> row.position().index()).doesNotHaveDuplicates();
    assertThat(run.peakMemory()).isLessThan(160L << 20);
  }

  @Test
  void truncateGoesToEveryBucketAndAnAlteredTableGoesOn() throws Exception {
    begin();
    execute("ALTER TABLE items DISABLE TRIGGER log");
    execute("INSERT INTO items VALUES (1, 'a'), (2, 'b')");
    execute("ALTER TABLE items ADD COLUMN more int DEFAULT 7");
    execute("INSERT INTO items VALUES (3, 'c', 8)");
    execute("TRUNCATE items");
    execute("ALTER TABLE items DROP COLUMN val; INSERT INTO items VALUES (4, 9)");
    readAll();
    List<Map<String, String>> rows =
        run.log().rows().get("items").stream().map(ChangeLog.Row::values).toList();
    assertThat(rows)
        .extracting(row -> row.get("_op") + " " + row.get("id") + " " + row.get("more"))
        .containsExactly(
            "insert 1 null",
            "insert 2 null",
            "insert 3 8",
            "truncate null null",
            "truncate null null",
            "truncate null null",
            "truncate null null",
            "insert 4 9");
  }

  @Test
  void aTableThatFitsAPatternJoinsWhenItIsPublished() throws Exception {
    run.with("tables", "public.*").with("exclude", "public.audit");
    begin();
    execute("INSERT INTO items VALUES (1, 'a')");
    execute("CREATE TABLE later (id int PRIMARY KEY)");
    execute("INSERT INTO later VALUES (1)");
    execute("ALTER PUBLICATION %s ADD TABLE later".formatted(slot));
    execute("INSERT INTO later VALUES (2)");
    readAll();
    Map<String, List<ChangeLog.Row>> rows = run.log().rows();
    assertThat(rows.get("items")).hasSize(1);
    assertThat(rows.get("later")).extracting(row -> row.values().get("id")).containsExactly("2");
    run.storeLast();
    run.close();
    execute("DROP TABLE IF EXISTS aside; CREATE TABLE aside (id int PRIMARY KEY)");
    execute("INSERT INTO later VALUES (3)");
    readAll();
    assertThat(run.log().rows().get("later")).hasSize(2);
    run.storeLast();
    run.close();
    execute("ALTER PUBLICATION %s DROP TABLE later".formatted(slot));
    assertRefused("public.later is not in the publication");
  }

  @Test
  void anIdleDatabaseClosesItsRunsByHeartbeats() throws Exception {
    run.with("run.every", "1m").with("changes.heartbeat", "100ms");
    begin();
    execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    String first = run.log().headers().get(0).progress().run().value();
    Position at = run.log().headers().get(0).last();
    run.pollUntil(
        () ->
            run.log().ticks().stream()
                .anyMatch(tick -> tick.progress().run().value().compareTo(first) > 0));
    List<ChangeHeader.Tick> later =
        run.log().ticks().stream()
            .filter(tick -> tick.progress().run().value().compareTo(first) > 0)
            .toList();
    assertThat(later.get(0).last()).isGreaterThan(at);
    assertThat(run.log().rows().get("items")).extracting(ChangeLog.Row::run).containsExactly(first);
  }

  /** What a task says when it is started once more. */
  private void assertRefused(String... words) {
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 50; i++) {
                run.poll();
              }
            })
        .isInstanceOf(ConnectException.class)
        .satisfies(e -> assertThat(e.getMessage()).contains(words));
  }

  private void readSomethingAndStop() throws Exception {
    begin();
    execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    run.storeLast();
    run.close();
    await("SELECT count(*) FROM pg_replication_slots WHERE active", 0);
  }

  @Test
  void aSlotThatIsGoneIsNotMadeAnew() throws Exception {
    readSomethingAndStop();
    execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    assertRefused("\"%s\" is gone".formatted(slot), "millrace drop FILE --slot");
    assertThat(one("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void aSlotThatWasAdvancedOrMadeAnewIsRefused() throws Exception {
    readSomethingAndStop();
    execute("INSERT INTO items VALUES (2, 'lost')");
    execute("SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(slot));
    assertRefused("ahead of", "never read");
    run.close();
    execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    assertRefused("ahead of", "never read");
  }

  @Test
  void aSlotThatHasLostItsLogIsRefused() throws Exception {
    readSomethingAndStop();
    execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
    execute("SELECT pg_reload_conf()");
    try {
      for (int i = 0; i < 4; i++) {
        execute("SELECT pg_switch_wal()");
        execute(
            "INSERT INTO items SELECT n, repeat('x', 500) FROM generate_series(%d, %d) n"
                .formatted(10 + i * 5000, 5009 + i * 5000));
      }
      execute("CHECKPOINT");
      assertThat(one("SELECT wal_status FROM pg_replication_slots")).isEqualTo("lost");
      assertRefused("has lost changes", "max_slot_wal_keep_size");
    } finally {
      execute("ALTER SYSTEM RESET max_slot_wal_keep_size");
      execute("SELECT pg_reload_conf()");
    }
  }

  @Test
  void aSlotOfSomebodyElseIsRefused() throws Exception {
    execute("CREATE PUBLICATION %s FOR TABLE items, notes".formatted(slot));
    execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    assertRefused("no offset of its reader", "another");
    run.close();
    execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    execute("SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(slot));
    assertRefused("not one for pgoutput");
  }

  @Test
  void aSlotMadeByATaskThatStoredNothingIsTakenOver() throws Exception {
    begin();
    execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    ChangeHeader first = run.log().headers().get(0);
    run.close();
    execute("INSERT INTO items VALUES (2, 'b')");
    int before = run.delivered().size();
    readAll();
    run.pollUntil(() -> run.delivered().size() > before);
    readAll();
    assertExact();
    assertThat(run.log().headers())
        .allMatch(h -> h.bucket().generation().equals(first.bucket().generation()));
  }

  @Test
  void otherSettingsThanTheGenerationsAreRefused() throws Exception {
    readSomethingAndStop();
    run.with("changes.buckets", "5");
    assertRefused("changes.buckets 5", "begun with 4");
    run.close();
    run.with("changes.buckets", "4").with("changes.slot", "other");
    assertRefused("changes.slot other", "begun with " + slot);
    run.close();
    run.with("changes.slot", slot).with("tables", "public.items");
    run.poll();
    execute("INSERT INTO items VALUES (5, 'e')");
    readAll();
    run.storeLast();
    run.close();
    run.with("tables", "public.items,public.notes");
    assertRefused("public.notes again", "left out for a while");
  }

  @Test
  void anotherKeyIsRefusedAlsoInMidStream() throws Exception {
    begin();
    execute(
        "ALTER TABLE items DROP CONSTRAINT items_pkey; ALTER TABLE items ADD PRIMARY KEY (val)");
    execute("INSERT INTO items VALUES (1, 'a')");
    assertRefused("The key of public.items is [val]", "divided by [id]");
  }

  @Test
  void aTableOutsideOfThePublicationIsRefused() throws Exception {
    execute("CREATE PUBLICATION %s FOR TABLE items".formatted(slot));
    assertRefused("public.notes is not in the publication", "ALTER PUBLICATION");
    assertThat(one("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void aLostSessionIsFollowedByAnother() throws Exception {
    begin();
    execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
            + " 'millrace app%'");
    execute("INSERT INTO items VALUES (2, 'b')");
    readAll();
    assertExact();
  }
}
