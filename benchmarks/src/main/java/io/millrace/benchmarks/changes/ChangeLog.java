package io.millrace.benchmarks.changes;

import io.millrace.benchmarks.path.MillracePipeline;
import io.millrace.benchmarks.path.Route;
import io.millrace.benchmarks.process.Metered;
import io.millrace.benchmarks.process.Wait;
import io.millrace.benchmarks.server.Broker;
import io.millrace.benchmarks.server.Checkout;
import io.millrace.benchmarks.server.ConnectWorker;
import io.millrace.benchmarks.table.SourceDatabase;
import io.millrace.benchmarks.table.TestTable;
import io.millrace.runtime.config.Setting;
import io.millrace.runtime.connect.ConnectorConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The part of the server's log that everybody reads: half of its changes are inserts, half are
 * updates of the same rows, a thousand in each transaction. Its slot was made by Millrace, with a
 * publication, before the first of them; each reading begins with a copy of it.
 */
public final class ChangeLog {
  /** What tables and result files call it. */
  public static final String LABEL = "changes";

  /** The table, and the publication that has it. */
  static final String TABLE = "captured";

  /** The slot that is read; a copy of the one that is kept. */
  static final String SLOT = "benchmarks";

  private static final String KEPT = "benchmarks_kept";
  private static final int TRANSACTION = 1_000;
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final String LOAD =
      """
      DO $$ BEGIN
        FOR i IN 0..%1$d LOOP
          INSERT INTO captured SELECT * FROM trips WHERE trip_id > i * %2$d AND trip_id <= (i + 1) * %2$d;
          COMMIT;
        END LOOP;
        FOR i IN 0..%1$d LOOP
          UPDATE captured SET tip_amount = tip_amount + 1, total_amount = total_amount + 1
            WHERE trip_id > i * %2$d AND trip_id <= (i + 1) * %2$d;
          COMMIT;
        END LOOP;
      END $$
      """;

  private final SourceDatabase database;
  private final long changes;
  private final String offsets;
  private final Path folder;

  private ChangeLog(SourceDatabase database, long changes, String offsets, Path folder) {
    this.database = database;
    this.changes = changes;
    this.offsets = offsets;
    this.folder = folder;
  }

  /**
   * Makes the slot and then the changes.
   *
   * @param changes how many, in whole thousands of both kinds
   * @param folder an empty one, which is kept
   */
  public static ChangeLog write(
      Checkout checkout, SourceDatabase database, long changes, Path folder) throws SQLException {
    long rows = changes / 2;
    if (rows < TRANSACTION || rows % TRANSACTION != 0) {
      throw new IllegalArgumentException(
          "Cannot write %,d changes: take a multiple of %,d".formatted(changes, 2 * TRANSACTION));
    }
    database.fill(TestTable.TRIPS, rows);
    for (String slot : List.of(SLOT, KEPT)) {
      drop(database, slot);
    }
    database.execute(
        """
        DROP PUBLICATION IF EXISTS captured;
        DROP TABLE IF EXISTS captured;
        CREATE TABLE captured (LIKE trips INCLUDING DEFAULTS, PRIMARY KEY (trip_id))
        """);
    String offsets = begin(route(checkout, database, List.of(), folder));
    copy(database, SLOT, KEPT);
    System.err.printf("Committing %,d changes%n", changes);
    database.execute(LOAD.formatted(rows / TRANSACTION - 1, TRANSACTION));
    database.execute("CHECKPOINT");
    return new ChangeLog(database, changes, offsets, folder);
  }

  /** Lets Millrace make slot and publication; gives the offsets that Connect has stored then. */
  private static String begin(Route route) throws SQLException {
    try (Broker broker = Broker.start(route.checkout(), route.folder());
        ConnectWorker worker = MillracePipeline.worker(route, broker)) {
      ConnectorConfig request =
          MillracePipeline.create(route, MillracePipeline.kafka(broker), worker.url())
              .request(worker);
      worker.put(request);
      Wait.until(
          "Connect has stored where the log begins",
          LIMIT,
          Wait.COARSE,
          () -> {
            worker.requireWorking(request.name());
            return worker.offsets(request.name()).contains("lsn");
          });
      worker.stop(request.name());
      return worker.offsets(request.name());
    }
  }

  /** What Millrace's paths work with. */
  static Route route(
      Checkout checkout, SourceDatabase database, List<Setting> settings, Path folder) {
    String section =
        """
        source:
          type: postgres
          mode: changes
          url: %s
          user: %s
          table: public.%s
          changes:
            slot: %s
            publication: %s
            batch_age: 250ms
            tick: 1s
            heartbeat: 1s
        """
            .formatted(database.url(), database.user(), TABLE, SLOT, TABLE);
    return new Route(checkout, settings, folder, section, database.usage(), files -> {});
  }

  private static void copy(SourceDatabase database, String from, String to) throws SQLException {
    drop(database, to);
    database.one("SELECT pg_copy_logical_replication_slot('%s', '%s')::text".formatted(from, to));
  }

  /** Waits until somebody reads a slot. */
  static void awaitReader(SourceDatabase database, String slot) {
    Wait.until(
        "slot %s is read".formatted(slot),
        LIMIT,
        Wait.COARSE,
        () -> count(database, slot, "active") == 1);
  }

  /** Drops a slot as soon as nobody reads it any more. */
  static void drop(SourceDatabase database, String slot) throws SQLException {
    Wait.until(
        "nobody reads slot " + slot,
        LIMIT,
        Wait.COARSE,
        () -> count(database, slot, "active") == 0);
    if (count(database, slot, "true") == 1) {
      database.one("SELECT pg_drop_replication_slot('%s')::text".formatted(slot));
    }
  }

  private static long count(SourceDatabase database, String slot, String condition) {
    try {
      return Long.parseLong(
          database.one(
              "SELECT count(*) FROM pg_replication_slots WHERE slot_name = '%s' AND %s"
                  .formatted(slot, condition)));
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes the slot anew as it was before the first change. */
  void rewind() throws SQLException {
    copy(database, KEPT, SLOT);
  }

  /**
   * Makes the broker's data as they were before the first change, with what Millrace has sent of
   * the slot until then, and with its connector, which is stopped.
   *
   * @param run the folder where a broker will be started
   */
  void copyBroker(Path run) {
    Path from = folder.resolve(Broker.DATA);
    try (Stream<Path> entries = Files.walk(from)) {
      for (Path entry : (Iterable<Path>) entries::iterator) {
        Files.copy(entry, run.resolve(Broker.DATA).resolve(from.relativize(entry)));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Throws if files do not hold every change once, with the values that the table has now. */
  void requireWhole(List<Path> files) throws SQLException {
    String source =
        database.one(
            """
            SELECT concat_ws(' ', count(*), count(*), count(*), sum(trip_id), sum(tip_amount),
              sum(fare_amount)) FROM captured
            """);
    String list =
        files.stream()
            .map(file -> "'" + file.toString().replace("'", "''") + "'")
            .collect(Collectors.joining(", ", "[", "]"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet row =
            statement.executeQuery(
                """
                SELECT concat_ws(' ', count(*) FILTER (_op = 'insert'),
                  count(*) FILTER (_op = 'update'), count(DISTINCT (_lsn, _seq)) // 2,
                  sum(trip_id) FILTER (_op = 'update'), sum(tip_amount) FILTER (_op = 'update'),
                  sum(fare_amount) FILTER (_op = 'update')) FROM read_parquet(%s)
                """
                    .formatted(list))) {
      row.next();
      if (!row.getString(1).equals(source)) {
        throw new IllegalStateException(
            "The changes are not the source's: %s instead of %s"
                .formatted(row.getString(1), source));
      }
    }
  }

  SourceDatabase database() {
    return database;
  }

  Metered usage() {
    return database.usage();
  }

  /** How many changes there are. */
  public long changes() {
    return changes;
  }

  /** Where Millrace's reading begins: what Connect's REST API takes as a connector's offsets. */
  String offsets() {
    return offsets;
  }
}
