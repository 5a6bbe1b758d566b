package io.millrace.connect.postgres.changes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Map;
import org.apache.kafka.connect.errors.ConnectException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A primary that is lost, and its standby in its place: with the slot, and without. */
class FailoverFaultTest {
  private static final String PHYSICAL = "standby";

  private SlotServer primary;
  private SlotServer standby;
  private TaskRun run;

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    Path ofPrimary = folder.resolve("primary");
    primary = SlotServer.start(ofPrimary, Map.of("synchronized_standby_slots", PHYSICAL));
    standby = Standby.start(primary, ofPrimary, folder.resolve("standby"), PHYSICAL);
    AuditedTables.make(primary.sql());
    run = new TaskRun(primary.properties("failing", "public.items,public.notes"));
    run.poll();
  }

  @AfterEach
  void stop() throws SQLException {
    run.close();
    standby.close();
    primary.close();
  }

  private void writeAndRead(SlotServer server, int id) throws Exception {
    server.execute(
        """
        BEGIN;
        INSERT INTO items SELECT n, 'a' FROM generate_series(%1$d, %1$d + 9) n;
        UPDATE items SET id = -id WHERE id = %1$d;
        INSERT INTO notes VALUES (%1$d, 'b');
        COMMIT;
        """
            .formatted(id));
    run.pollTo(server.end());
  }

  /** The copy is one as soon as the primary's slot has come to where it begins. */
  private void awaitCopyOfSlot() throws Exception {
    String copied =
        "SELECT count(*) FROM pg_replication_slots WHERE synced AND NOT temporary AND slot_name ="
            + " 'failing'";
    for (int id = 100; !standby.one(copied).equals("1"); id += 100) {
      assertThat(id).as("rows until the slot was copied").isLessThan(40_000);
      primary.execute("SELECT pg_log_standby_snapshot()");
      writeAndRead(primary, id);
      run.storeLast();
    }
  }

  /** The primary sends what it has before it ends, as its {@code fast} shutdown does. */
  private void failOver() throws SQLException {
    run.close();
    primary.close();
    standby.execute("SELECT pg_promote(true, 60)");
    assertThat(standby.one("SELECT pg_is_in_recovery()")).isEqualTo("f");
    run.with("url", standby.url());
  }

  @Test
  void readingGoesOnAtThePromotedStandbyThatHasTheSlot() throws Exception {
    awaitCopyOfSlot();
    writeAndRead(primary, 50_000);
    run.storeLast();
    long stored = run.stored();
    writeAndRead(primary, 60_000); // sent, and no offset says so
    failOver();
    assertThat(standby.confirmed("failing")).isLessThanOrEqualTo(stored);
    writeAndRead(standby, 70_000);
    AuditedTables.of(standby.sql()).assertExact(run.log().rows());
    run.storeLast();
    run.close();
    standby.awaitNoReader();
    writeAndRead(standby, 80_000);
    AuditedTables.of(standby.sql()).assertExact(run.log().rows());
  }

  @Test
  @Tag("soak")
  void aPromotedStandbyWithoutTheSlotIsRefused() throws Exception {
    writeAndRead(primary, 1);
    run.storeLast();
    failOver();
    assertThatThrownBy(() -> writeAndRead(standby, 100))
        .isInstanceOf(ConnectException.class)
        .hasMessageContainingAll("\"failing\" is gone", "millrace drop FILE --slot");
  }
}
