package io.millrace.connect.clickhouse.read;

import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.ServerAddress;
import io.millrace.connect.clickhouse.server.Table;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.RoundTask;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.ShareReading;
import io.millrace.connect.round.TaskShare;
import io.millrace.connect.selection.Relation;
import io.millrace.core.MillraceException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one task: reads its Partitions one after the other. One that fails is read again from
 * its start, by the next endpoint, until a minute has passed and five attempts were made without
 * one Partition finished. Of several tables or windows, one that cannot be read is given up, and
 * the log told so.
 */
final class PartitionReader implements RoundTask.Reader {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int FAILURES = 5;

  private final ClickHouseOptions options;
  private final Map<String, String> schemas;
  private final ShareReading reading;
  private final InstantSource clock;
  private final ServerAddress server;

  private int failures;
  private Instant failedSince;
  private volatile ClickHouseSession session;
  private volatile boolean stopped;

  /**
   * A reader of a share.
   *
   * @param schemas fingerprints of the schemas that were planned with, by stream
   */
  PartitionReader(
      ClickHouseOptions options,
      Map<String, String> schemas,
      ShareReading reading,
      InstantSource clock) {
    this.options = options;
    this.schemas = Map.copyOf(schemas);
    this.reading = reading;
    this.clock = clock;
    this.server = options.server();
  }

  @Override
  public void run() {
    try (BufferAllocator allocator = new RootAllocator()) {
      int turn = reading.work().share().units().stream().mapToInt(RoundUnit::slot).min().orElse(0);
      while (!stopped && !reading.isDone()) {
        readOn(turn++, allocator);
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        reading.fail(e);
      }
    } catch (Throwable e) {
      reading.fail(e); // whatever it is: a task that says nothing would look as if it were done
    }
  }

  private void readOn(int turn, BufferAllocator allocator) throws InterruptedException {
    try (ClickHouseSession current = ClickHouseSession.open(server, turn)) {
      session = current;
      String stream = "";
      TableReader reader = null;
      while (!stopped && !reading.isDone()) {
        ShareReading.Turn next = reading.next();
        if (next.unit().failure().isPresent()) {
          next.giveUp(next.unit().failure().get());
          continue;
        }
        if (reader == null || !stream.equals(next.stream())) {
          stream = next.stream();
          reader = open(next, current, allocator).orElse(null);
        }
        if (reader != null) {
          read(next, reader);
        }
      }
    } catch (MillraceException e) {
      retryIfPassing(e);
    } catch (RuntimeException e) {
      if (!stopped) { // else the session was ended under it
        throw e;
      }
    }
  }

  /** A reader of the Partition's table; nothing if it was given up. */
  private Optional<TableReader> open(
      ShareReading.Turn turn, ClickHouseSession current, BufferAllocator allocator)
      throws InterruptedException {
    TaskShare share = reading.work().share();
    try {
      Relation<TableName> relation =
          Relation.of(turn.stream(), share.tables(), options.query(), TableName.NAMING);
      Table table = new ClickHouseTables(current, options.onUnrepresentable()).describe(relation);
      requirePlanned(turn.stream(), table);
      return Optional.of(new TableReader(table, current, allocator, options.batchBytes().bytes()));
    } catch (MillraceException e) {
      turn.giveUp(e);
      return Optional.empty();
    }
  }

  /** Sinks take a run as one table: Partitions of two schemas never make one. */
  private void requirePlanned(String stream, Table table) {
    String planned = schemas.get(stream);
    if (planned != null && !planned.equals(table.fingerprint())) {
      throw MillraceException.lasting(
          MillraceException.Category.SOURCE,
          "%s has other columns than when the run was planned, now %s: what was read of the run is of no use; restart the connector, which plans it anew"
              .formatted(table.name(), table.schema()));
    }
  }

  private static void read(ShareReading.Turn turn, TableReader reader) throws InterruptedException {
    turn.schema(reader.schema());
    try {
      RoundUnit unit = turn.unit();
      turn.end(reader.read(unit.window(), unit.partition().bounds(), turn::data));
    } catch (MillraceException e) {
      turn.giveUp(e);
    }
  }

  private void retryIfPassing(MillraceException e) throws InterruptedException {
    if (stopped) {
      return;
    }
    failures = reading.lastEnd().equals(failedSince) ? failures + 1 : 1;
    failedSince = reading.lastEnd();
    boolean patient = failures < FAILURES || clock.instant().isBefore(failedSince.plus(PATIENCE));
    if (!patient || !e.retriable()) {
      throw e;
    }
    LOG.warn("Reading again: {}", e.getMessage());
    Thread.sleep(PAUSE.toMillis());
  }

  @Override
  public void stop() {
    stopped = true;
    ClickHouseSession current = session;
    if (current != null) {
      current.drop();
    }
  }
}
