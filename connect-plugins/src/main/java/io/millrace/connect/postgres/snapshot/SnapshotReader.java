package io.millrace.connect.postgres.snapshot;

import io.millrace.connect.AttemptRecords;
import io.millrace.connect.Commission;
import io.millrace.connect.postgres.PostgresOptions;
import io.millrace.connect.postgres.round.TaskAssignment;
import io.millrace.connect.postgres.server.PostgresServer;
import io.millrace.connect.round.RecordQueue;
import io.millrace.connect.round.RoundUnit;
import io.millrace.connect.round.SlotProgress;
import io.millrace.connect.round.SlotProgress.Outcome;
import io.millrace.connect.round.StoredRounds;
import io.millrace.core.Attempt;
import io.millrace.core.MillraceException;
import io.millrace.core.Nonces;
import io.millrace.core.StreamId;
import io.millrace.core.Unit;
import io.millrace.core.wire.Reading;
import java.sql.SQLException;
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
 * The work of one task: reads its Partitions one after the other, each again from its start if the
 * session breaks, until all are read or a minute has passed without progress. Of several tables or
 * windows, one that cannot be read is given up, and the log told so.
 */
final class SnapshotReader implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(SnapshotReader.class);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration PAUSE = Duration.ofSeconds(1);
  private static final Schema UNKNOWN = new Schema(List.of());

  private final PostgresOptions options;
  private final Commission commission;
  private final TaskAssignment assignment;
  private final OnFailure onFailure;
  private final RecordQueue queue;
  private final Nonces nonces;
  private final InstantSource clock;
  private final PostgresServer server;
  private final Deque<RoundUnit> waiting = new ArrayDeque<>();
  private final Map<Integer, Integer> attempts = new HashMap<>();

  private Instant lastProgress;
  private volatile SnapshotSession session;
  private volatile boolean stopped;

  /** What becomes of a run that cannot be read. */
  enum OnFailure {
    /** The task fails with it. */
    FAIL,
    /** It is given up, the others are read. */
    GIVE_UP
  }

  SnapshotReader(
      PostgresOptions options,
      Commission commission,
      TaskAssignment assignment,
      OnFailure onFailure,
      RecordQueue queue,
      Nonces nonces,
      InstantSource clock) {
    this.options = options;
    this.commission = commission;
    this.assignment = assignment;
    this.onFailure = onFailure;
    this.queue = queue;
    this.nonces = nonces;
    this.clock = clock;
    this.server = options.server();
    this.waiting.addAll(assignment.units());
  }

  /** Leaves out what Connect has seen the end of; to be called before the thread starts. */
  void resume(StoredRounds stored) {
    stored
        .of(assignment.units().stream().map(RoundUnit::slot).toList())
        .forEach(
            (slot, progress) -> {
              if (progress.round().plan().equals(assignment.round().plan())) {
                attempts.put(slot, progress.attempt());
                waiting.removeIf(unit -> progress.isDone() && unit.slot() == slot);
              }
            });
  }

  @Override
  public void run() {
    try (BufferAllocator allocator = new RootAllocator()) {
      lastProgress = clock.instant();
      while (!stopped && !waiting.isEmpty()) {
        readOn(allocator);
      }
    } catch (InterruptedException e) {
      if (!stopped) {
        queue.fail(e);
      }
    } catch (Throwable e) {
      queue.fail(e); // whatever it is: a task that says nothing would look as if it were done
    }
  }

  private void readOn(BufferAllocator allocator)
      throws InterruptedException, SnapshotLostException {
    try (SnapshotSession current =
        SnapshotSession.connect(server, assignment, commission.pipeline() + " read")) {
      session = current;
      if (!stopped) {
        current.begin();
      }
      boolean usable = true;
      while (usable && !stopped && !waiting.isEmpty()) {
        usable = new Turn(waiting.getFirst(), current, allocator).take();
      }
    } catch (SnapshotLostException e) {
      awaitReconfiguration(e);
    } catch (SQLException e) {
      retryIfPassing(e);
    }
  }

  /** One Partition's turn. */
  private final class Turn {
    private final RoundUnit unit;
    private final SnapshotSession current;
    private final BufferAllocator allocator;
    private final Attempt attempt;
    private final SlotProgress progress;
    private AttemptRecords records;

    Turn(RoundUnit unit, SnapshotSession current, BufferAllocator allocator) {
      this.unit = unit;
      this.current = current;
      this.allocator = allocator;
      int number = attempts.merge(unit.slot(), 1, Integer::sum);
      this.attempt = new Attempt(number, nonces.next(), clock.instant());
      this.progress = new SlotProgress(assignment.round(), unit.of(), number, new Outcome.Begun());
      this.records = records(UNKNOWN);
    }

    /** Says whether the session can be used on. */
    boolean take() throws SQLException, SnapshotLostException, InterruptedException {
      String stream = unit.of().stream();
      Optional<String> failure = unit.failure().or(() -> current.changed(stream));
      try {
        if (failure.isEmpty()) {
          current.turnTo(stream, options, allocator);
          failure = current.changed(stream);
        }
        if (failure.isPresent()) {
          return handle(failure.get());
        }
        records = records(current.schema());
        read();
        return true;
      } catch (MillraceException e) {
        if (onFailure == OnFailure.FAIL || e.retriable()) {
          throw e;
        }
        giveUp(e.getMessage());
        return false;
      } catch (SQLException e) {
        if (PostgresServer.passing(e)) {
          throw e;
        }
        Optional<String> change = current.changed(stream);
        if (onFailure == OnFailure.FAIL && change.isEmpty()) {
          throw e;
        }
        handle(change.orElseGet(() -> server.explain(e).getMessage()));
        return false;
      }
    }

    /** Alone, a table that has changed is planned anew; among others it is given up. */
    private boolean handle(String failure)
        throws SQLException, SnapshotLostException, InterruptedException {
      if (onFailure == OnFailure.FAIL) {
        throw current.abandon(failure);
      }
      giveUp(failure);
      return true;
    }

    private void read() throws SQLException, InterruptedException {
      Map<String, Object> begun = progress.toOffset();
      long rows =
          current.read(
              unit.window(),
              unit.partition().bounds(),
              (value, count) -> {
                queue.put(records.data(value, count, begun));
                lastProgress = clock.instant();
              });
      queue.put(records.end(rows, progress.finished(rows).toOffset()));
      done();
      LOG.debug("Read {} rows of {}, attempt {}", rows, id(), attempt.number());
    }

    /** The other Partitions of the run are of no use then, and are given up in their turn. */
    private void giveUp(String reason) throws InterruptedException {
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
      lastProgress = clock.instant();
    }

    private AttemptRecords records(Schema schema) {
      return new AttemptRecords(
          new Reading(
              id(),
              unit.planSize(),
              unit.partition().bounds(),
              attempt,
              assignment.snapshot().pointOrNull()),
          schema,
          StoredRounds.sourcePartition(commission.pipeline(), unit.slot()));
    }

    private Unit id() {
      return new Unit(
          new StreamId(commission.pipeline(), unit.of().stream()),
          unit.run(),
          assignment.round().plan(),
          unit.partition().id());
    }
  }

  /** The connector makes another plan and configures the tasks anew, which stops this one. */
  private void awaitReconfiguration(SnapshotLostException why)
      throws InterruptedException, SnapshotLostException {
    if (!stopped) {
      LOG.warn(
          "Plan {} is lost, waiting for another: {}", assignment.round().plan(), why.getMessage());
      Thread.sleep(PATIENCE.toMillis());
      throw why;
    }
  }

  private void retryIfPassing(SQLException e) throws InterruptedException {
    if (stopped) {
      return;
    }
    boolean patient = clock.instant().isBefore(lastProgress.plus(PATIENCE));
    if (!patient || !PostgresServer.passing(e)) {
      throw server.explain(e);
    }
    LOG.warn("Reading again: {}", server.explain(e).getMessage());
    Thread.sleep(PAUSE.toMillis());
  }

  /** Ends the reading; its thread should be interrupted, too. */
  void stop() {
    stopped = true;
    SnapshotSession current = session;
    if (current != null) {
      current.drop();
    }
  }
}
