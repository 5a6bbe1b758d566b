package io.millrace.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.millrace.core.Nonces;
import io.millrace.embedded.SampleTrips;
import io.millrace.runtime.faults.LedgerInspection;
import io.millrace.sinks.store.LocalStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The whole path for an hour or as long as {@code -Dmillrace.soak.minutes} says, with a random
 * fault every 10 to 30 seconds ({@code -Dmillrace.seed}): a table is changed and read again, round
 * after round, and after each the lake must hold exactly its rows. What happens is in {@code
 * target/soak/soak.log} as it happens, and a table of the faults at its end.
 */
@Tag("soak")
class SoakFaultTest {
  private static final long MINUTES = Long.getLong("millrace.soak.minutes", 60);
  private static final long SEED = Long.getLong("millrace.seed", System.nanoTime() & 0xffff);
  private static final int ROWS = 400_000;
  private static final long ROWS_WITHIN_AN_HOUR = 10_000_000;

  /** Bytes per second and task: most faults shall come while a table is on its way. */
  private static final double SLOW = 80_000;

  private static final String NAME = "soak";
  private static final String SINK = "parquet";
  private static final Duration ROUND_LIMIT = Duration.ofMinutes(6);

  private final SoakLog log = new SoakLog(Path.of("target", "soak", "soak.log"));
  @TempDir private Path folder;

  @Test
  void nothingIsLostAndNothingIsThereTwice() throws Exception {
    log.say("seed %d, %d minutes".formatted(SEED, MINUTES));
    long end = System.nanoTime() + Duration.ofMinutes(MINUTES).toNanos();
    long rows = 0;
    int rounds = 0;
    Path lake = Files.createDirectory(folder.resolve("lake"));
    try (var disk = new SmallDisk(lake, "256m");
        var servers = new FragileServers(folder, 2)) {
      execute(servers, "fill");
      servers.awaitReady();
      ConnectCluster.limitProducers(servers.bootstrapServers(), OptionalDouble.of(SLOW));
      try (var sinks = new SoakSinks(servers, log, folder, NAME);
          var faults = new SoakFaults(servers, sinks, log, lake, new Random(SEED))) {
        while (System.nanoTime() < end) {
          rows += round(servers, sinks, faults, ++rounds);
        }
      } catch (Exception | AssertionError e) {
        log.say("FAILED: " + e.getMessage());
        servers.print();
        throw e;
      } finally {
        log.say("%d rounds, %,d rows%n%n%s".formatted(rounds, rows, log.table()));
      }
    }
    assertThat(rows).isGreaterThanOrEqualTo(ROWS_WITHIN_AN_HOUR * Math.min(60, MINUTES) / 60 / 2);
  }

  /** Changes the table, has it read, and compares; says how many rows that were. */
  private long round(FragileServers servers, SoakSinks sinks, SoakFaults faults, int round)
      throws Exception {
    long began = System.nanoTime();
    TableHash expected;
    try (var unused = faults.pause()) {
      execute(servers, "UPDATE public.trips SET vendor_id = %d".formatted(round));
      expected = TableHash.ofTable(servers.url(), servers.user(), SampleTrips.TABLE);
    }
    sinks.readAgain();
    await("round " + round)
        .atMost(ROUND_LIMIT)
        .pollInterval(Duration.ofSeconds(2))
        .ignoreExceptions() // a document may go while it is read
        .untilAsserted(
            () -> {
              assertThat(inspect().violations()).isEmpty();
              try (var unused = faults.pause()) {
                var inspection = inspect();
                assertThat(inspection.violations()).isEmpty();
                assertThat(hash(servers, inspection.files())).isEqualTo(expected);
              }
            });
    log.say(
        "round %d holds: %,d rows in %d s"
            .formatted(round, expected.rows(), (System.nanoTime() - began) / 1_000_000_000));
    return expected.rows();
  }

  private LedgerInspection inspect() {
    var store = new LocalStore(folder.resolve("lake"), new Nonces(new SecureRandom()));
    return LedgerInspection.of(store, NAME, SINK);
  }

  private TableHash hash(FragileServers servers, List<String> files) throws SQLException {
    List<Path> paths = files.stream().map(folder.resolve("lake")::resolve).toList();
    return TableHash.ofFiles(paths, servers.url(), servers.user(), SampleTrips.TABLE);
  }

  private static void execute(FragileServers servers, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(servers.url(), servers.user(), "")) {
      if (sql.equals("fill")) {
        SampleTrips.fill(connection, ROWS);
      } else {
        connection.createStatement().execute(sql);
      }
    }
  }
}
