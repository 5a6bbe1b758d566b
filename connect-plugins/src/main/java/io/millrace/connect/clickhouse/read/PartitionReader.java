package io.millrace.connect.clickhouse.read;

import io.millrace.connect.AttemptRecords;
import io.millrace.connect.Commission;
import io.millrace.connect.clickhouse.ClickHouseOptions;
import io.millrace.connect.clickhouse.Relation;
import io.millrace.connect.clickhouse.server.Catalog;
import io.millrace.connect.clickhouse.server.ClickHouseSession;
import io.millrace.connect.clickhouse.server.ServerAddress;
import io.millrace.connect.clickhouse.server.TableName;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress;
import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.StoredRounds;
import io.millrace.connect.round.TaskShare;
import io.millrace.core.Attempt;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.Reading;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.types.pojo.Schema;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work of one task: reads its Partitions one after the other. One that fails is read again from
 * its start, by the next endpoint, until a minute has passed and five attempts were made without
 * one Partition finished. Of several tables or windows, one that cannot be read is given up, and
 * the log told so.
 */
final class PartitionReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final int FAILURES = 5;
  private static final Schema UNKNOWN = new Schema(List.of());

  private final Work work;
  private final RecordQueue queue;
  private final Nonces nonces;
  private final InstantSource clock;
  private final ServerAddress server;
  private final Deque<RoundUnit> waiting = new ArrayDeque<>();
  private final Map<Integer, Integer> attempts = new HashMap<>();

  private Instant lastFinished;
  private int failures;
  private volatile ClickHouseSession session;
  private volatile boolean stopped;

  /** What becomes of a run that cannot be read. */
  enum OnFailure {
    /** The task fails with it. */
    FAIL,
    /** It is given up, the others are read. */
    GIVE_UP
  }

  /** What a task is told. */
  record Work(
      ClickHouseOptions options, Commission commission, TaskShare share, OnFailure onFailure) {}

  PartitionReader(Work work, RecordQueue queue, Nonces nonces, InstantSource clock) {
    this.work = work;
    this.queue = queue;
    this.nonces = nonces;
    this.clock = clock;
    this.server = work.options().server();
    this.waiting.addAll(work.share().units());
  }

  /** Leaves out what Connect has seen the end of; to be called before the thread starts. */
  void resume(StoredRounds stored) {
    stored
        .of(waiting.stream().map(RoundUnit::slot).toList())
        .forEach(
            (slot, progress) -> {
              if (progress.round().plan().equals(work.share().round().plan())) {
                attempts.put(slot, progress.attempt());
                waiting.removeIf(unit -> progress.isDone() && unit.slot() == slot);
              }
            });
  }

  @Override
  public void run() {
    try (BufferAllocator allocator = new RootAllocator()) {
      lastFinished = clock.instant();
      int turn = waiting.isEmpty() ? 0 : waiting.getFirst().slot();
      while (!stopped && !waiting.isEmpty()) {
        readOn(turn++, allocator);
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        queue.fail(e);
      }
    } catch (Throwable e) {
      queue.fail(e); // whatever it is: a task that says nothing would look as if it were done
    }
  }

  private void readOn(int turn, BufferAllocator allocator) throws InterruptedException {
    try (ClickHouseSession current = ClickHouseSession.open(server, turn)) {
      session = current;
      String stream = "";
      TableReader reader = null;
      while (!stopped && !waiting.isEmpty()) {
        var next = new Turn(waiting.getFirst());
        if (reader == null || !stream.equals(next.stream())) {
          stream = next.stream();
          reader = next.open(current, allocator).orElse(null);
        }
        if (reader != null) {
          next.take(reader);
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

  /** One Partition's turn. */
  private final class Turn {
    private final RoundUnit unit;
    private final Attempt attempt;
    private final SlotProgress progress;
    private AttemptRecords records;

    Turn(RoundUnit unit) {
      this.unit = unit;
      int number = attempts.merge(unit.slot(), 1, Integer::sum);
      this.attempt = new Attempt(number, nonces.next(), clock.instant());
      this.progress =
          new SlotProgress(work.share().round(), unit.of(), number, new Outcome.Begun());
      this.records = records(UNKNOWN);
    }

    String stream() {
      return unit.of().stream();
    }

    /** A reader of the Partition's table; nothing if it was given up. */
    Optional<TableReader> open(ClickHouseSession current, BufferAllocator allocator)
        throws InterruptedException {
      if (unit.failure().isPresent()) {
        giveUp(unit.failure().get());
        return Optional.empty();
      }
      try {
        var table = relation().describe(new Catalog(current));
        return Optional.of(
            new TableReader(table, current, allocator, work.options().batchBytes().bytes()));
      } catch (MillraceException e) {
        giveUpIfLasting(e);
        return Optional.empty();
      }
    }

    private Relation relation() {
      String name = work.share().tables().get(stream());
      return name.isEmpty()
          ? Relation.query(work.options().query().orElseThrow(), Optional.of(stream()))
          : new Relation.Named(stream(), TableName.parse("table", name));
    }

    void take(TableReader reader) throws InterruptedException {
      if (unit.failure().isPresent()) {
        giveUp(unit.failure().get());
        return;
      }
      records = records(reader.schema());
      try {
        read(reader);
      } catch (MillraceException e) {
        giveUpIfLasting(e);
      }
    }

    private void read(TableReader reader) throws InterruptedException {
      Map<String, Object> begun = progress.toOffset();
      long rows =
          reader.read(
              unit.window(),
              unit.partition().bounds(),
              (value, count) -> queue.put(records.data(value, count, begun)));
      queue.put(records.end(rows, progress.finished(rows).toOffset()));
      done();
      LOG.debug("Read {} rows of {}, attempt {}", rows, id(), attempt.number());
    }

    private void giveUpIfLasting(MillraceException e) throws InterruptedException {
      if (e.retriable() || work.onFailure() == OnFailure.FAIL) {
        throw e;
      }
      giveUp(e.getMessage());
    }

    /** The other Partitions of the run are of no use then, and are given up in their turn. */
    private void giveUp(String reason) throws InterruptedException {
      if (work.onFailure() == OnFailure.FAIL) {
        throw MillraceException.lasting(MillraceException.Category.SOURCE, reason);
      }
      LOG.warn("Giving up {}: {}", id(), reason);
      queue.put(records.failed(reason, progress.failed(reason).toOffset()));
      done();
      List<RoundUnit> others =
          waiting.stream().filter(other -> other.of().equals(unit.of())).toList();
      waiting.removeAll(others);
      others.forEach(other -> waiting.addFirst(other.failed(reason)));
    }

    private void done() {
      waiting.remove(unit);
      lastFinished = clock.instant();
      failures = 0;
    }

    private AttemptRecords records(Schema schema) {
      return new AttemptRecords(
          new Reading(id(), unit.planSize(), unit.partition().bounds(), attempt),
          schema,
          StoredRounds.sourcePartition(work.commission().pipeline(), unit.slot()));
    }

    private Unit id() {
      return new Unit(
          new StreamId(work.commission().pipeline(), stream()),
          unit.run(),
          work.share().round().plan(),
          unit.partition().id());
    }
  }

  private void retryIfPassing(MillraceException e) throws InterruptedException {
    if (stopped) {
      return;
    }
    failures++;
    boolean patient = failures < FAILURES || clock.instant().isBefore(lastFinished.plus(PATIENCE));
    if (!patient || !e.retriable()) {
      throw e;
    }
    LOG.warn("Reading again: {}", e.getMessage());
    Thread.sleep(PAUSE.toMillis());
  }

  /** Ends the reading; its thread should be interrupted, too. */
  void stop() {
    stopped = true;
    ClickHouseSession current = session;
    if (current != null) {
      current.drop();
    }
  }
}
