package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;

import io.millrace.connect.change.ChangeLog;
import io.millrace.core.wire.ChangeHeader;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * One transaction of many rows, cut into records of one or two changes, and a task that is killed
 * within it and around its commit.
 */
class SplitTransactionFaultTest {
  /** No text is much shorter than half a record, however well it is compressed. */
  private static final String LONG_TEXTS =
      """
      CREATE OR REPLACE FUNCTION long(seed int) RETURNS text LANGUAGE sql AS $$
        SELECT string_agg(md5(seed || ' ' || n), '') FROM generate_series(1, 700) n $$
      """;

  /** Some rows of one table, half as many of another, and changes of both. */
  private static final String TRANSACTION =
      """
      BEGIN;
      INSERT INTO items SELECT n, long(n) FROM generate_series(1001, 1000 + %1$d) n;
      INSERT INTO notes SELECT n, long(n) FROM generate_series(1001, 1000 + %1$d / 2) n;
      SAVEPOINT before;
      INSERT INTO items SELECT n, 'undone' FROM generate_series(3000, 3020) n;
      DELETE FROM notes;
      ROLLBACK TO before;
      UPDATE items SET val = long(-id) WHERE id BETWEEN 1001 AND 1005;
      UPDATE items SET id = id + 5000, val = long(id + 5000) WHERE id IN (1, 1006, 1007);
      UPDATE notes SET id = id + 5000, val = long(id + 5000) WHERE id = 1001;
      DELETE FROM notes WHERE id = 1002;
      INSERT INTO notes VALUES (1002, 'again');
      COMMIT;
      """;

  private SlotServer server;
  private AuditedTables tables;
  private TaskRun run;

  @BeforeEach
  void begin(@TempDir Path folder) throws Exception {
    server = SlotServer.start(folder, Map.of());
    tables = AuditedTables.make(server.sql());
    run =
        new TaskRun(server.properties("split", "public.items,public.notes"))
            .with("batch_bytes", "16k")
            .with("changes.buckets", "2")
            .with("changes.batch_age", "20ms")
            .with("changes.tick", "50ms");
    run.poll();
    server.execute(LONG_TEXTS);
    server.execute(
        "INSERT INTO items VALUES (1, 'before'); INSERT INTO notes VALUES (1, 'before')");
    run.pollTo(server.end());
    run.storeLast();
  }

  @AfterEach
  void stop() throws SQLException {
    run.close();
    server.close();
  }

  /**
   * Ends the task as if its process had died: its sessions are gone before it is told, so that it
   * can say nothing to the server. Then its sockets are closed, as the system would; a session that
   * waits for somebody to read what it sends does not end before.
   */
  private void kill() throws SQLException {
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE"
            + " 'millrace app%'");
    run.close();
    server.awaitNoReader();
  }

  private static long changes(List<SourceRecord> records) {
    return ChangeLog.of(records).headers().stream().mapToLong(ChangeHeader::rows).sum();
  }

  /** How many of the records bring the first so many changes. */
  private static int recordsOf(List<SourceRecord> records, long changes) {
    long sum = 0;
    for (int i = 0; i < records.size(); i++) {
      sum += changes(records.subList(i, i + 1));
      if (sum >= changes) {
        return i + 1;
      }
    }
    throw new AssertionError("only " + sum + " changes");
  }

  private List<SourceRecord> deliveredSince(int from) {
    return List.copyOf(run.delivered().subList(from, run.delivered().size()));
  }

  /** What another task delivers until it has brought so many changes; the rest is lost. */
  private List<SourceRecord> killAfter(long changes) throws Exception {
    kill();
    int from = run.delivered().size();
    run.pollUntil(() -> changes(deliveredSince(from)) >= changes);
    run.lose(from + recordsOf(deliveredSince(from), changes));
    return deliveredSince(from);
  }

  private void killWithin(int rows, int every) throws Exception {
    long place = run.stored();
    server.execute(TRANSACTION.formatted(rows));
    long committed = server.end();
    long all = Long.parseLong(server.one("SELECT count(*) - 2 FROM audit"));
    for (long k = 1; k < all; k += every) {
      List<SourceRecord> prefix = killAfter(k);
      if (changes(prefix) < all) {
        run.storeLast();
        assertThat(run.stored())
            .as("the offset stored after %d of %d changes", changes(prefix), all)
            .isBetween(
                place, ChangeLog.of(prefix).headers().get(prefix.size() - 1).last().commit());
      }
    }
    int last = run.delivered().size();
    List<SourceRecord> whole = killAfter(all); // the commit is read, and no offset says so
    tables.assertExact(run.log().rows());
    assertThat(changes(whole)).isEqualTo(all);

    kill();
    int again = run.delivered().size();
    run.pollUntil(() -> run.delivered().size() > again);
    run.pollTo(committed);
    assertThat(changes(deliveredSince(last))).as("the transaction twice").isEqualTo(2 * all);
    tables.assertExact(run.log().rows());

    run.storeLast();
    kill();
    int stored = run.delivered().size();
    server.execute("INSERT INTO items VALUES (9000, 'after')");
    run.pollTo(server.end());
    assertThat(changes(deliveredSince(stored))).as("after the stored commit").isEqualTo(1);
    tables.assertExact(run.log().rows());
  }

  @Test
  void aTaskKilledWithinATransactionAndAtItsCommitLeavesNoGapAndNoDouble() throws Exception {
    killWithin(18, /* every= */ 5);
  }

  @Test
  @Tag("soak")
  void aTaskKilledAfterEveryChangeLeavesNoGapAndNoDouble() throws Exception {
    killWithin(200, /* every= */ 1);
  }
}
