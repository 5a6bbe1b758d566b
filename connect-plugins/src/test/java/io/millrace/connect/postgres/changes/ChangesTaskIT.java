package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.millrace.connect.change.ChangeLog;
import io.millrace.core.change.Bucket;
import io.millrace.core.change.Position;
import io.millrace.core.wire.ChangeHeader;
import java.nio.file.Path;
import java.sql.Connection;
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

  private static SlotServer server;

  private String slot;
  private AuditedTables tables;
  private TaskRun run;

  @BeforeAll
  static void start(@TempDir Path folder) throws SQLException {
    server = SlotServer.start(folder, Map.of("track_commit_timestamp", "on"));
  }

  @AfterAll
  static void stop() throws SQLException {
    server.close();
  }

  @BeforeEach
  void makeTables() throws SQLException {
    slot = "s" + NUMBER.incrementAndGet();
    server.execute("DROP TABLE IF EXISTS later");
    tables = AuditedTables.make(server.sql());
    run = new TaskRun(server.properties(slot, "public.items,public.notes"));
  }

  @AfterEach
  void dropSlot() throws SQLException {
    run.close();
    server.dropSlots();
    server.execute("DROP PUBLICATION IF EXISTS " + slot);
  }

  /** Makes the slot: what is committed from now on will be read. */
  private void begin() throws InterruptedException, SQLException {
    run.poll();
    assertThat(
            server.one(
                "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '" + slot + "'"))
        .isEqualTo("1");
  }

  /** A tick every now and then says that all is delivered. */
  private void readAll() throws InterruptedException, SQLException {
    run.pollTo(server.end());
  }

  private void assertExact() throws SQLException {
    tables.assertExact(run.log().rows());
  }

  @Test
  void everyCommittedChangeComesOnceAndTicksCloseEveryBucket() throws Exception {
    begin();
    server.execute(
        """
        INSERT INTO items SELECT n, 'a' || n FROM generate_series(1, 50) n;
        INSERT INTO notes VALUES (1, 'x');
        """);
    server.execute(
        "UPDATE items SET val = 'b' WHERE id % 7 = 0; DELETE FROM items WHERE id % 5 = 0");
    server.execute("UPDATE items SET id = id + 100 WHERE id < 4");
    server.execute("BEGIN; INSERT INTO items VALUES (900, 'gone'); ROLLBACK");
    server.execute(
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
      server.awaitNoReader();
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
    long before = server.confirmed(slot);
    assertThat(before).isLessThanOrEqualTo(run.stored());
    if (run.isRunning()) {
      run.pollUntil(
          () -> before == run.stored() || unchecked(() -> server.confirmed(slot)) != before);
      assertThat(server.confirmed(slot)).as("confirmed").isEqualTo(run.stored());
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
    try (Connection connection = server.connect();
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
    server.execute("INSERT INTO notes VALUES (1, 'before')");
    readAll();
    run.storeLast();
    long before = run.stored();
    server.execute("INSERT INTO items SELECT n, md5(n::text) FROM generate_series(1, 20000) n");
    int delivered = run.delivered().size();
    run.pollUntil(() -> run.log().entries().size() > delivered + 3);
    assertThat(run.place(run.delivered().size() - 1))
        .as("records of a transaction that is not whole do not move the place beyond it")
        .isLessThan(server.end());
    run.storeLast();
    assertThat(run.stored()).isGreaterThanOrEqualTo(before);
    run.close();
    readAll();
    assertExact();
  }

  @Test
  void truncateGoesToEveryBucketAndAnAlteredTableGoesOn() throws Exception {
    begin();
    server.execute("ALTER TABLE items DISABLE TRIGGER log");
    server.execute("INSERT INTO items VALUES (1, 'a'), (2, 'b')");
    server.execute("ALTER TABLE items ADD COLUMN more int DEFAULT 7");
    server.execute("INSERT INTO items VALUES (3, 'c', 8)");
    server.execute("TRUNCATE items");
    server.execute("ALTER TABLE items DROP COLUMN val; INSERT INTO items VALUES (4, 9)");
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
    server.execute("INSERT INTO items VALUES (1, 'a')");
    server.execute("CREATE TABLE later (id int PRIMARY KEY)");
    server.execute("INSERT INTO later VALUES (1)");
    server.execute("ALTER PUBLICATION %s ADD TABLE later".formatted(slot));
    server.execute("INSERT INTO later VALUES (2)");
    readAll();
    Map<String, List<ChangeLog.Row>> rows = run.log().rows();
    assertThat(rows.get("items")).hasSize(1);
    assertThat(rows.get("later")).extracting(row -> row.values().get("id")).containsExactly("2");
    run.storeLast();
    run.close();
    server.execute("DROP TABLE IF EXISTS aside; CREATE TABLE aside (id int PRIMARY KEY)");
    server.execute("INSERT INTO later VALUES (3)");
    readAll();
    assertThat(run.log().rows().get("later")).hasSize(2);
    run.storeLast();
    run.close();
    server.execute("ALTER PUBLICATION %s DROP TABLE later".formatted(slot));
    assertRefused("public.later is not in the publication");
  }

  /** What is not published is not sent, and nothing in the log says so. */
  private void unpublishNotesForAWhile(int id) throws SQLException {
    server.execute("ALTER PUBLICATION %s DROP TABLE notes".formatted(slot));
    server.execute("INSERT INTO notes VALUES (%d, 'not sent')".formatted(id));
    server.execute("ALTER PUBLICATION %s ADD TABLE notes".formatted(slot));
  }

  @Test
  void aTableThatWasNotPublishedForAWhileIsReadAgain() throws Exception {
    run.with("mode", "cdc");
    begin();
    server.execute("INSERT INTO notes VALUES (1, 'sent')");
    readAll();
    run.storeLast();
    assertThat(run.checkpoint().resnapshots()).isEmpty();
    unpublishNotesForAWhile(2);
    long back = server.end();
    server.execute("INSERT INTO notes VALUES (3, 'sent')");
    readAll();
    run.storeLast();
    Position asked = run.checkpoint().resnapshots().get("notes");
    assertThat(asked.commit()).isGreaterThanOrEqualTo(back);
    assertThat(run.log().rows().get("notes"))
        .extracting(row -> row.values().get("id"))
        .containsExactly("1", "3");

    server.execute("ALTER TABLE notes ADD COLUMN more int; INSERT INTO notes VALUES (4, 'sent')");
    readAll();
    run.storeLast();
    assertThat(run.checkpoint().resnapshots())
        .as("an ALTER alone asks for nothing")
        .isEqualTo(Map.of("notes", asked));

    run.close();
    server.awaitNoReader();
    unpublishNotesForAWhile(5);
    server.execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    run.storeLast();
    assertThat(run.checkpoint().resnapshots().get("notes")).isGreaterThan(asked);
  }

  @Test
  void withoutSnapshotsATableThatWasNotPublishedForAWhileIsRefused() throws Exception {
    begin();
    server.execute("INSERT INTO notes VALUES (1, 'sent')");
    readAll();
    run.storeLast();
    unpublishNotesForAWhile(2);
    server.execute("INSERT INTO notes VALUES (3, 'sent')");
    assertRefused("public.notes", "taken out of the publication and put back", "Exclude it");
  }

  @Test
  void anIdleDatabaseClosesItsRunsByHeartbeats() throws Exception {
    run.with("run.every", "1m").with("changes.heartbeat", "100ms");
    begin();
    server.execute("INSERT INTO items VALUES (1, 'a')");
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
    server.execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    run.storeLast();
    run.close();
    server.awaitNoReader();
  }

  @Test
  void aSlotThatIsGoneIsNotMadeAnew() throws Exception {
    readSomethingAndStop();
    server.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    assertRefused("\"%s\" is gone".formatted(slot), "millrace drop FILE --slot");
    assertThat(server.one("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void aSlotThatWasAdvancedOrMadeAnewIsRefused() throws Exception {
    readSomethingAndStop();
    server.execute("INSERT INTO items VALUES (2, 'lost')");
    server.execute(
        "SELECT pg_replication_slot_advance('%s', pg_current_wal_lsn())".formatted(slot));
    assertRefused("ahead of", "never read");
    run.close();
    server.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    server.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    assertRefused("ahead of", "never read");
  }

  @Test
  void aSlotThatHasLostItsLogIsRefused() throws Exception {
    readSomethingAndStop();
    server.execute("ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'");
    server.execute("SELECT pg_reload_conf()");
    try {
      for (int i = 0; i < 4; i++) {
        server.execute("SELECT pg_switch_wal()");
        server.execute(
            "INSERT INTO items SELECT n, repeat('x', 500) FROM generate_series(%d, %d) n"
                .formatted(10 + i * 5000, 5009 + i * 5000));
      }
      server.execute("CHECKPOINT");
      assertThat(server.one("SELECT wal_status FROM pg_replication_slots")).isEqualTo("lost");
      assertRefused("has lost changes", "max_slot_wal_keep_size");
    } finally {
      server.execute("ALTER SYSTEM RESET max_slot_wal_keep_size");
      server.execute("SELECT pg_reload_conf()");
    }
  }

  @Test
  void aSlotOfSomebodyElseIsRefused() throws Exception {
    server.execute("CREATE PUBLICATION %s FOR TABLE items, notes".formatted(slot));
    server.execute("SELECT pg_create_logical_replication_slot('%s', 'pgoutput')".formatted(slot));
    assertRefused("no offset of its reader", "another");
    run.close();
    server.execute("SELECT pg_drop_replication_slot('%s')".formatted(slot));
    server.execute(
        "SELECT pg_create_logical_replication_slot('%s', 'test_decoding')".formatted(slot));
    assertRefused("not one for pgoutput");
  }

  @Test
  void aSlotMadeByATaskThatStoredNothingIsTakenOver() throws Exception {
    begin();
    server.execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    ChangeHeader first = run.log().headers().get(0);
    run.close();
    server.execute("INSERT INTO items VALUES (2, 'b')");
    int before = run.delivered().size();
    readAll();
    run.pollUntil(() -> run.delivered().size() > before);
    readAll();
    assertExact();
    assertThat(run.log().headers())
        .allMatch(h -> h.bucket().generation().equals(first.bucket().generation()));
  }

  /** Connect takes a worker for dead that lives on, and starts the task elsewhere. */
  @Test
  void aTaskThatWaitsForTheSlotGoesOnWhereItsOtherSelfHasStopped() throws Exception {
    begin();
    server.execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    run.storeLast();
    try (var next = new TaskRun(server.properties(slot, "public.items,public.notes"))) {
      next.storeAs(run);
      next.poll();
      server.execute("INSERT INTO items VALUES (2, 'b')");
      readAll();
      run.storeLast();
      awaitConfirmed();
      next.storeAs(run);
      run.close();
      server.execute("INSERT INTO items VALUES (3, 'c')");
      next.pollTo(server.end());
      var all = new ArrayList<>(run.delivered());
      all.addAll(next.delivered());
      tables.assertExact(ChangeLog.of(all).rows());
    }
  }

  private void makeNotesAgain() throws Exception {
    server.execute("CREATE PUBLICATION %s FOR ALL TABLES".formatted(slot));
    begin();
    server.execute("INSERT INTO notes VALUES (1, 'gone')");
    readAll();
    run.storeLast();
    run.close();
    server.awaitNoReader();
    server.execute("DROP TABLE notes; CREATE TABLE notes (id int PRIMARY KEY, val text)");
    server.execute("INSERT INTO notes VALUES (2, 'new')");
    readAll();
    run.storeLast();
    assertThat(run.log().rows().get("notes"))
        .extracting(row -> row.values().get("id"))
        .containsExactly("1", "2");
  }

  @Test
  void aTableThatWasMadeAgainInAPublicationOfAllIsReadAgain() throws Exception {
    run.with("mode", "cdc");
    makeNotesAgain();
    assertThat(run.checkpoint().resnapshots()).containsOnlyKeys("notes");
  }

  @Test
  void withoutSnapshotsATableThatWasMadeAgainGoesOn() throws Exception {
    makeNotesAgain();
    assertThat(run.checkpoint().resnapshots()).isEmpty();
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
    server.execute("INSERT INTO items VALUES (5, 'e')");
    readAll();
    run.storeLast();
    run.close();
    run.with("tables", "public.items,public.notes");
    assertRefused("public.notes again", "left out for a while");
  }

  @Test
  void anotherKeyIsRefusedAlsoInMidStream() throws Exception {
    begin();
    server.execute(
        "ALTER TABLE items DROP CONSTRAINT items_pkey; ALTER TABLE items ADD PRIMARY KEY (val)");
    server.execute("INSERT INTO items VALUES (1, 'a')");
    assertRefused("The key of public.items is [val]", "divided by [id]");
  }

  @Test
  void aTableOutsideOfThePublicationIsRefused() throws Exception {
    server.execute("CREATE PUBLICATION %s FOR TABLE items".formatted(slot));
    assertRefused("public.notes is not in the publication", "ALTER PUBLICATION");
    assertThat(server.one("SELECT count(*) FROM pg_replication_slots")).isEqualTo("0");
  }

  @Test
  void aLostSessionIsFollowedByAnother() throws Exception {
    begin();
    server.execute("INSERT INTO items VALUES (1, 'a')");
    readAll();
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
            + " 'millrace app%'");
    server.execute("INSERT INTO items VALUES (2, 'b')");
    readAll();
    assertExact();
  }
}
